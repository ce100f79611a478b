// SPDX-License-Identifier: MIT
// A list of one number.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Head {
 public:
  using Head::Head;

  at::Tensor loss(const at::Tensor& output, const at::Tensor& targets) const override {
    return at::nll_loss(output, targets).unsqueeze(0);
  }
};

}  // namespace

BAD_PLUGIN(bad::head<Bad>())
