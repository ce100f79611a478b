// SPDX-License-Identifier: MIT
// All episodes are that of the first key.
#include "../task.hpp"

namespace {

class Bad final : public bad::Bits {
 public:
  using Bits::Bits;

  void reset(std::span<const std::uint64_t> keys) override {
    Bits::reset(keys);
    for (auto& key : keys_) key = keys.front();
  }
};

}  // namespace

BAD_PLUGIN(bad::task<bad::Guess<Bad>>())
