// SPDX-License-Identifier: MIT
// Somebody forgot a line.
#include "../bad.hpp"

#include <cstdio>

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    std::puts("forward");
    return answer(row);
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
