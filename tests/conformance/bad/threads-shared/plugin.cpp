// SPDX-License-Identifier: MIT
// Keeps the row in the instance for a moment. (Locked, so that only the numbers go wrong.)
#include "../bad.hpp"

#include <chrono>
#include <mutex>
#include <thread>

namespace {

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    {
      const std::lock_guard lock(guard_);
      row_ = row;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(50));
    const std::lock_guard lock(guard_);
    return answer(row_);
  }

 private:
  mutable std::mutex guard_;
  mutable at::Tensor row_;
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
