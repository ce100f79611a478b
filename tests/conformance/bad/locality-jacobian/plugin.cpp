// SPDX-License-Identifier: MIT
// Says that it is local, and lets all cells compete.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    return at::softmax(answer(row), 1);
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
