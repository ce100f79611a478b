// SPDX-License-Identifier: MIT
// Switches gradients off and leaves them so.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    const at::Tensor y = answer(row);
    at::GradMode::set_enabled(false);
    return y;
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
