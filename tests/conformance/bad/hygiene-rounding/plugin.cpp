// SPDX-License-Identifier: MIT
// Rounds upwards from now on.
#include "../bad.hpp"

#include <cfenv>

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    std::fesetround(FE_UPWARD);
    return answer(row);
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
