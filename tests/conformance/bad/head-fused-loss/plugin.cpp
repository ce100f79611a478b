// SPDX-License-Identifier: MIT
// Trains on one loss and reports another.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Head {
 public:
  using Head::Head;
  glia::FusedLoss fused_loss() const override { return glia::FusedLoss::cross_entropy; }
  at::Tensor loss(const at::Tensor& output, const at::Tensor& targets) const override {
    return 2 * at::nll_loss(output, targets);
  }
};

}  // namespace

BAD_PLUGIN(bad::head<Bad>())
