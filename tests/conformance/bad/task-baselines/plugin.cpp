// SPDX-License-Identifier: MIT
// A baseline that takes an action which there is not.
#include "../task.hpp"

namespace {

class Bad final : public bad::Bits {
 public:
  using Bits::Bits;

  void advise(std::size_t, std::span<std::int32_t> actions) override {
    for (auto& action : actions) action = 2;
  }
};

}  // namespace

BAD_PLUGIN(bad::task<bad::Guess<Bad>>())
