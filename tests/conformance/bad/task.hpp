// SPDX-License-Identifier: MIT
// A task without fault: guess a bit that is shown, five times.
#pragma once

#include "bad.hpp"

#include <glia/sdk/task.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace bad {

class Bits : public glia::Episodes {
 public:
  explicit Bits(std::int64_t count) : keys_(static_cast<std::size_t>(count)) {}

  void reset(std::span<const std::uint64_t> keys) override {
    keys_.assign(keys.begin(), keys.end());
    time_ = 0;
  }
  void observe(std::span<float> rows, std::int64_t) const override {
    for (std::size_t e = 0; e < keys_.size(); ++e) rows[e] = static_cast<float>(bit(e));
  }
  void step(std::span<const std::int32_t> actions, std::span<float> rewards,
            std::span<std::uint8_t> ended) override {
    for (std::size_t e = 0; e < keys_.size(); ++e) {
      rewards[e] = time_ < length && actions[e] == bit(e) ? 1.0F : 0.0F;
      ended[e] = time_ + 1 >= length;
    }
    ++time_;
  }
  void advise(std::size_t, std::span<std::int32_t> actions) override {
    for (std::size_t e = 0; e < keys_.size(); ++e) actions[e] = bit(e);
  }

  static constexpr int length = 5;

 protected:
  std::int32_t bit(std::size_t e) const {
    return static_cast<std::int32_t>(keys_[e] >> (time_ % 8) & 1);
  }

  std::vector<std::uint64_t> keys_;
  int time_ = 0;
};

template <class Made = Bits>
class Guess : public glia::Task {
 public:
  explicit Guess(Config) {}
  glia::TaskSpec spec() const override {
    return {.observation = 1,
            .actions = 2,
            .steps = Bits::length,
            .baselines = {{"right", "Says what is shown."}}};
  }
  std::unique_ptr<glia::Episodes> episodes(std::int64_t count) const override {
    return std::make_unique<Made>(count);
  }
};

template <class Made>
glia::Descriptor task() {
  return glia::task<Made>("bad", schema, "Guess a bit that is shown.");
}

}  // namespace bad
