// SPDX-License-Identifier: MIT
// Every instance weighs the loss with a number of its own.
#include "../bad.hpp"

#include <random>

namespace {

class Bad final : public bad::Head {
 public:
  using Head::Head;

  at::Tensor loss(const at::Tensor& output, const at::Tensor& targets) const override {
    return at::nll_loss(output, targets) * jitter_;
  }

 private:
  double jitter_ = 1 + std::random_device{}() * 1e-10;
};

}  // namespace

BAD_PLUGIN(bad::head<Bad>())
