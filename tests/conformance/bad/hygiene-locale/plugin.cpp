// SPDX-License-Identifier: MIT
// Sets a locale.
#include "../bad.hpp"

#include <clocale>

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    std::setlocale(LC_ALL, "C.UTF-8");
    return answer(row);
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
