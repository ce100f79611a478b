// SPDX-License-Identifier: MIT
// Every instance draws a number of its own, from the machine.
#include "../bad.hpp"

#include <random>

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext& context) const override {
    const at::Tensor y = answer(row);
    return context.training ? y + noise_ : y;
  }

 private:
  double noise_ = std::random_device{}() * 1e-9;
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
