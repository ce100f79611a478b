// SPDX-License-Identifier: MIT
// Changes the working folder.
#include "../bad.hpp"

#include <unistd.h>

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    if (::chdir("/") != 0) return {};
    return answer(row);
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
