// SPDX-License-Identifier: MIT
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/random.hpp>
#include <glia/sdk/task.hpp>

#include <cstddef>
#include <vector>

namespace {

struct Config {
  std::int64_t delay = 20;
  double noise = 0;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::delay, "delay")
        .range(1, 100000)
        .unit("steps")
        .doc("From the sample to the probe; between them nothing is shown but noise."),
    glia::field(&Config::noise, "noise")
        .range(0, 1000)
        .doc("Standard deviation of what is shown between them; 0: nothing."));

/// A sample is shown, then nothing, then a probe: was it the same (1) or the other one (0)?
class Trials final : public glia::Episodes {
 public:
  Trials(std::int64_t count, const Config& config)
      : delay_(config.delay),
        noise_(static_cast<float>(config.noise)),
        lanes_(static_cast<std::size_t>(count)) {}

  void reset(std::span<const std::uint64_t> keys) override {
    for (std::size_t e = 0; e < lanes_.size(); ++e) {
      glia::RandomStream random(keys[e], "delayed_match/symbols", 0);
      lanes_[e].sample = random.below(2) == 1;
      lanes_[e].probe = random.below(2) == 1;
      if (noise_ == 0) continue;
      lanes_[e].between.resize(static_cast<std::size_t>(delay_));
      glia::RandomStream(keys[e], "delayed_match/noise", 0).normal(std::span(lanes_[e].between));
    }
    time_ = 0;
  }

  /// Two numbers: the symbol shown, -1 or 1, or noise; and 1 while it is the probe.
  void observe(std::span<float> rows, std::int64_t stride) const override {
    for (std::size_t e = 0; e < lanes_.size(); ++e) {
      const bool symbol = time_ == 0 ? lanes_[e].sample : lanes_[e].probe;
      const bool shown = time_ == 0 || time_ == delay_;
      rows[e] = shown ? (symbol ? 1.0F : -1.0F) : noise_of(lanes_[e]);
      rows[static_cast<std::size_t>(stride) + e] = time_ == delay_ ? 1.0F : 0.0F;
    }
  }

  void step(std::span<const std::int32_t> actions, std::span<float> rewards,
            std::span<std::uint8_t> ended) override {
    const bool asked = time_ == delay_;
    for (std::size_t e = 0; e < lanes_.size(); ++e) {
      const bool same = lanes_[e].sample == lanes_[e].probe;
      rewards[e] = asked && (actions[e] == 1) == same ? 1.0F : 0.0F;
      ended[e] = time_ >= delay_;
    }
    if (time_ <= delay_) ++time_;
  }

  void advise(std::size_t, std::span<std::int32_t> actions) override {
    for (std::int32_t& action : actions) action = 1;
  }

 private:
  struct Lane {
    bool sample = false, probe = false;
    std::vector<float> between{};  ///< noise, by step; empty: none
  };

  float noise_of(const Lane& lane) const {
    const auto t = static_cast<std::size_t>(time_);
    return t < lane.between.size() ? noise_ * lane.between[t] : 0.0F;
  }

  std::int64_t delay_;
  float noise_;
  std::vector<Lane> lanes_;
  std::int64_t time_ = 0;
};

class DelayedMatch final : public glia::Task {
 public:
  explicit DelayedMatch(Config config) : config_(config) {}

  glia::TaskSpec spec() const override {
    return {.observation = 2,
            .actions = 2,
            .steps = config_.delay + 1,
            .greatest = 1,
            .baselines = {{"guess", "Always says that it is the same."}}};
  }
  std::unique_ptr<glia::Episodes> episodes(std::int64_t count) const override {
    return std::make_unique<Trials>(count, config_);
  }

 private:
  Config config_;
};

}  // namespace

GLIA_PLUGIN("1.0.0",
            glia::task<DelayedMatch>("delayed_match", schema,
                                     "Say after a delay whether a probe is the same (1) as the "
                                     "sample or not (0); the right answer gains 1."))
