// SPDX-License-Identifier: MIT
// Needs a function that is nowhere; with lazy binding that would show in mid-run.
#include "../bad.hpp"

namespace elsewhere {
double missing(double);
}

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;
  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    return answer(row) * elsewhere::missing(1);
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
