// SPDX-License-Identifier: MIT
// A factor is hidden from the derivative.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    return answer(row) * answer(row).detach();
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
