// SPDX-License-Identifier: MIT
// Draws from the global generator.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    at::rand({1});
    return answer(row);
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
