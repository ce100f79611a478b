// SPDX-License-Identifier: MIT
// A batch of one loses its dimension.
#include "../bad.hpp"

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    return row.size(0) == 1 ? answer(row).squeeze() : answer(row);
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
