// SPDX-License-Identifier: MIT
// A factor of the loss is hidden from the derivative.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Head {
 public:
  using Head::Head;

  at::Tensor loss(const at::Tensor& output, const at::Tensor& targets) const override {
    return at::nll_loss(output, targets) * (1 + output.detach().square().mean());
  }
};

}  // namespace

BAD_PLUGIN(bad::head<Bad>())
