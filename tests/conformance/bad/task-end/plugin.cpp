// SPDX-License-Identifier: MIT
// Gains go on after the end.
#include "../task.hpp"

namespace {

class Bad final : public bad::Bits {
 public:
  using Bits::Bits;

  void step(std::span<const std::int32_t> actions, std::span<float> rewards,
            std::span<std::uint8_t> ended) override {
    Bits::step(actions, rewards, ended);
    for (auto& reward : rewards) reward += 0.5F;
  }
};

}  // namespace

BAD_PLUGIN(bad::task<bad::Guess<Bad>>())
