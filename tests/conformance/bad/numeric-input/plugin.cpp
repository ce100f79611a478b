// SPDX-License-Identifier: MIT
// Halves what it hears, in place.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    const at::Tensor y = answer(row);
    if (!at::GradMode::is_enabled()) row.mul_(0.5);
    return y;
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
