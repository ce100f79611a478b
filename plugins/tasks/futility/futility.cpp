// SPDX-License-Identifier: MIT
#include "rules.hpp"
#include "world.hpp"

#include <glia/sdk/plugin.hpp>
#include <glia/sdk/task.hpp>

#include <algorithm>
#include <cstddef>

namespace {

using glia_futility::Config;

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::dt, "dt").range(0.01, 10).unit("s").doc("Length of a step."),
    glia::field(&Config::seconds, "seconds")
        .range(10, 100000)
        .unit("s")
        .doc("Length of an episode."),
    glia::field(&Config::mean, "mean")
        .range(0.01, 100000)
        .unit("s")
        .doc("How long swimming works, or does not, in the mean, before that changes."),
    glia::field(&Config::noise, "noise")
        .range(0.01, 1000)
        .doc("Standard deviation of what is felt."),
    glia::field(&Config::cost, "cost").range(0, 1).doc("What swimming costs; progress gains 1."),
    glia::field(&Config::noradrenaline, "noradrenaline")
        .doc("Whether a third number tells what failed: max(0, 0.5 - feedback) of a swim."));

enum Rule : std::size_t { always, oracle, integrator, bayes };

/// A fish swims (1) or rests (0); what a swim brings is felt only by swimming, and noisily.
class Fish final : public glia::Episodes {
 public:
  Fish(std::int64_t count, const Config& config)
      : config_(config), steps_(config.steps()), lanes_(static_cast<std::size_t>(count)) {}

  void reset(std::span<const std::uint64_t> keys) override {
    worlds_ = glia_futility::worlds_of(config_, keys);
    time_ = 0;
    for (Lane& lane : lanes_) lane = {};
    for (Lane& lane : lanes_) lane.swims.reserve(static_cast<std::size_t>(steps_));
  }

  /// Whether it swam, and what it felt, in standard deviations.
  void observe(std::span<float> rows, std::int64_t stride) const override {
    const auto width = static_cast<std::size_t>(stride);
    const auto deviation = static_cast<float>(config_.noise);
    for (std::size_t e = 0; e < lanes_.size(); ++e) {
      const Lane& lane = lanes_[e];
      rows[e] = lane.swam ? 1.0F : 0.0F;
      rows[width + e] = lane.feedback / deviation;
      if (config_.noradrenaline) {
        rows[2 * width + e] = lane.swam ? std::max(0.0F, 0.5F - lane.feedback) / deviation : 0.0F;
      }
    }
  }

  void step(std::span<const std::int32_t> actions, std::span<float> rewards,
            std::span<std::uint8_t> ended) override {
    const bool over = time_ >= steps_;
    const auto t = static_cast<std::size_t>(time_);
    for (std::size_t e = 0; e < lanes_.size(); ++e) {
      rewards[e] = 0;
      ended[e] = time_ + 1 >= steps_;
      if (over) continue;
      Lane& lane = lanes_[e];
      const bool works = worlds_[e]->works[t] != 0;
      lane.swam = actions[e] == 1;
      lane.feedback = lane.swam ? static_cast<float>(works) + worlds_[e]->noise[t] : 0.0F;
      lane.swims.push_back(lane.swam);
      const double gain = lane.swam ? static_cast<double>(works) - config_.cost : 0.0;
      rewards[e] = static_cast<float>(gain / static_cast<double>(steps_));
    }
    if (!over) ++time_;
  }

  void advise(std::size_t baseline, std::span<std::int32_t> actions) override {
    for (std::size_t e = 0; e < lanes_.size(); ++e) {
      Lane& lane = lanes_[e];
      bool swims = true;
      if (baseline == oracle) {
        swims = worlds_[e]->works[static_cast<std::size_t>(std::min(time_, steps_ - 1))] != 0;
      } else if (baseline != always && time_ > 0) {
        swims = baseline == bayes ? lane.filter.act(config_, lane.swam, lane.feedback)
                                  : lane.failures.act(config_, lane.swam, lane.feedback);
      }
      actions[e] = swims;
    }
  }

  /// How long it swims on when swimming has ceased to work, and how long it rests.
  std::vector<glia::Measure> measures() const override {
    glia::Measure latency{"latency", "s", {}}, bout{"passive_bout", "s", {}};
    for (std::size_t e = 0; e < lanes_.size(); ++e) {
      const auto& swims = lanes_[e].swims;
      const auto& works = worlds_[e]->works;
      std::size_t resting = 0;
      for (std::size_t t = 0; t < swims.size(); ++t) {
        if (!swims[t]) ++resting;
        if (resting > 0 && (swims[t] || t + 1 == swims.size())) {
          bout.values.push_back(static_cast<double>(resting) * config_.dt);
          resting = 0;
        }
        if (t == 0 || works[t] || !works[t - 1]) continue;
        const auto rests =
            std::find(swims.begin() + static_cast<std::ptrdiff_t>(t), swims.end(), 0);
        if (rests == swims.end()) continue;
        const auto steps = rests - swims.begin() - static_cast<std::ptrdiff_t>(t);
        latency.values.push_back(static_cast<double>(steps) * config_.dt);
      }
    }
    return {latency, bout};
  }

 private:
  struct Lane {
    bool swam = false;
    float feedback = 0;
    std::vector<std::uint8_t> swims{};
    glia_futility::BayesFilter filter{};
    glia_futility::Integrator failures{};
  };
  Config config_;
  std::int64_t steps_;
  std::vector<std::shared_ptr<const glia_futility::World>> worlds_;
  std::vector<Lane> lanes_;
  std::int64_t time_ = 0;
};

class Futility final : public glia::Task {
 public:
  explicit Futility(Config config) : config_(config) {}

  glia::TaskSpec spec() const override {
    return {.observation = config_.noradrenaline ? 3 : 2,
            .actions = 2,
            .steps = config_.steps(),
            .baselines = {{"always", "Swims."},
                          {"oracle", "Swims while it works."},
                          {"integrator", "Rests when leaky failures have added up."},
                          {"bayes", "Swims while Bayes' rule says that it may work."}},
            .score = {{"always", "oracle"}}};
  }
  std::unique_ptr<glia::Episodes> episodes(std::int64_t count) const override {
    return std::make_unique<Fish>(count, config_);
  }

 private:
  Config config_;
};

}  // namespace

GLIA_PLUGIN("1.0.0",
            glia::task<Futility>("futility", schema,
                                 "Swim (1) or rest (0) in water that moves a fish at times only "
                                 "(after Mu et al., Cell 2019)."))
