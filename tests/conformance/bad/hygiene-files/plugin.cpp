// SPDX-License-Identifier: MIT
// Opens a file in every call, and closes none.
#include "../bad.hpp"

#include <fcntl.h>

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    if (::open("/dev/null", O_RDONLY | O_CLOEXEC) < 0) return {};
    return answer(row);
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
