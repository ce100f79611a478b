// SPDX-License-Identifier: MIT
// One global place for all instances.
#include "../bad.hpp"

#include <atomic>
#include <chrono>
#include <thread>

namespace {

std::atomic<const void*> now_playing = nullptr;

class Bad final : public bad::Wave {
 public:
  using Wave::Wave;

  at::Tensor forward(const at::Tensor& row, glia::ForwardContext&) const override {
    const at::Tensor y = answer(row);
    now_playing = this;
    std::this_thread::sleep_for(std::chrono::microseconds(50));
    return now_playing == this ? y : y * 2;
  }
};

}  // namespace

BAD_PLUGIN(bad::wave<Bad>())
