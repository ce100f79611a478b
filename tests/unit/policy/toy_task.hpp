// SPDX-License-Identifier: MIT
// A task that is solved in a few generations: a sign is shown, always or at first only, and has to be told.
#pragma once

#include "toy_parts.hpp"

#include <glia/sdk/task.hpp>

namespace toy {

struct SignsConfig {
  std::int64_t steps = 5;
  bool once = false;
};
constexpr auto signs_schema =
    schema<SignsConfig>(field(&SignsConfig::steps, "steps").range(1, 100).doc("Of an episode."),
                        field(&SignsConfig::once, "once").doc("Shown in the first step only."));

class SignEpisodes final : public Episodes {
 public:
  SignEpisodes(std::int64_t count, SignsConfig config)
      : config_(config), right_(static_cast<std::size_t>(count)) {}

  void reset(std::span<const std::uint64_t> keys) override {
    for (std::size_t e = 0; e < right_.size(); ++e) {
      right_[e] = static_cast<std::int32_t>(RandomStream(keys[e], "signs", 0).below(2));
    }
    time_ = 0;
  }
  void observe(std::span<float> rows, std::int64_t stride) const override {
    const bool shown = time_ == 0 || !config_.once;
    for (std::size_t e = 0; e < right_.size(); ++e) {
      rows[e] = shown ? (right_[e] == 1 ? 1.0F : -1.0F) : 0.0F;
      for (std::size_t i = 1; i < 3; ++i) rows[i * static_cast<std::size_t>(stride) + e] = 0.0F;
    }
  }
  void step(std::span<const std::int32_t> actions, std::span<float> rewards,
            std::span<std::uint8_t> ended) override {
    for (std::size_t e = 0; e < right_.size(); ++e) {
      rewards[e] = time_ < config_.steps && actions[e] == right_[e] ? 1.0F : 0.0F;
      ended[e] = time_ + 1 >= config_.steps;
    }
    ++time_;
  }
  void advise(std::size_t baseline, std::span<std::int32_t> actions) override {
    for (std::size_t e = 0; e < right_.size(); ++e) {
      actions[e] = baseline == 0 ? 1 - right_[e] : right_[e];
    }
  }
  std::vector<Measure> measures() const override {
    return {{"shown", "", std::vector<double>(right_.begin(), right_.end())}};
  }

 private:
  SignsConfig config_;
  std::vector<std::int32_t> right_;
  std::int64_t time_ = 0;
};

class Signs final : public Task {
 public:
  explicit Signs(SignsConfig config) : config_(config) {}
  TaskSpec spec() const override {
    return {.observation = 3,
            .actions = 2,
            .steps = config_.steps,
            .greatest = static_cast<double>(config_.steps),
            .baselines = {{"wrong", "Tells the other."}, {"right", "Tells it."}},
            .score = {{"wrong", "right"}}};
  }
  std::unique_ptr<Episodes> episodes(std::int64_t count) const override {
    return std::make_unique<SignEpisodes>(count, config_);
  }

 private:
  SignsConfig config_;
};

inline const Catalog& task_parts() {
  static const std::unique_ptr<Parts> all = [] {
    auto parts = std::make_unique<Parts>();
    parts->add(task<Signs>("signs", signs_schema, "Tell a sign."));
    return parts;
  }();
  return *all;
}

}  // namespace toy
