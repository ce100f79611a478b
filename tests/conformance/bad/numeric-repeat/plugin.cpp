// SPDX-License-Identifier: MIT
// Gets louder from call to call.
#include "../bad.hpp"

#include <atomic>

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    return answer(row) * (1 + 0.01 * calls_++);
  }

 private:
  mutable std::atomic<int> calls_ = 0;
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
