// SPDX-License-Identifier: MIT
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/random.hpp>
#include <glia/sdk/task.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace {

struct Config {
  std::int64_t columns = 5;
  std::int64_t rows = 10;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::columns, "columns")
        .range(2, 1000)
        .doc("Columns that the ball may fall in."),
    glia::field(&Config::rows, "rows")
        .range(2, 1000)
        .doc("Height: an episode has one step fewer. The ball falls by one row a step."));

/// A ball falls; a paddle below moves left (0), stays (1), moves right (2). All is decided at the end.
class Balls final : public glia::Episodes {
 public:
  Balls(std::int64_t count, const Config& config)
      : config_(config), lanes_(static_cast<std::size_t>(count)) {}

  void reset(std::span<const std::uint64_t> keys) override {
    for (std::size_t e = 0; e < lanes_.size(); ++e) {
      const auto bound = static_cast<std::uint64_t>(config_.columns);
      const auto ball = glia::RandomStream(keys[e], "catch/ball", 0).below(bound);
      lanes_[e] = {static_cast<std::int64_t>(ball), config_.columns / 2};
    }
    height_ = 0;
  }

  /// Ball and paddle as one cell of their columns each, side by side; the ball fades while it falls,
  /// and the last cell is always 1.
  void observe(std::span<float> rows, std::int64_t stride) const override {
    const float bright = 1 - 0.5F * static_cast<float>(height_) / static_cast<float>(config_.rows);
    const auto at = [&](std::int64_t number, std::size_t e) -> float& {
      return rows[static_cast<std::size_t>(number * stride) + e];
    };
    for (std::size_t e = 0; e < lanes_.size(); ++e) {
      for (std::int64_t c = 0; c < config_.columns; ++c) {
        at(2 * c, e) = c == lanes_[e].ball ? bright : 0;
        at(2 * c + 1, e) = c == lanes_[e].paddle ? 1 : 0;
      }
      at(2 * config_.columns, e) = 1;
    }
  }

  void step(std::span<const std::int32_t> actions, std::span<float> rewards,
            std::span<std::uint8_t> ended) override {
    const std::int64_t last = config_.rows - 1;
    const bool over = height_ >= last;
    height_ = std::min(height_ + 1, last);
    for (std::size_t e = 0; e < lanes_.size(); ++e) {
      Lane& lane = lanes_[e];
      rewards[e] = 0;
      ended[e] = height_ == last;
      if (over) continue;
      lane.paddle = std::clamp<std::int64_t>(lane.paddle + actions[e] - 1, 0, config_.columns - 1);
      if (ended[e]) rewards[e] = lane.paddle == lane.ball ? 1.0F : -1.0F;
    }
  }

  void advise(std::size_t baseline, std::span<std::int32_t> actions) override {
    for (std::size_t e = 0; e < lanes_.size(); ++e) {
      const auto& [ball, paddle] = lanes_[e];
      actions[e] = baseline == 0 ? 1 : 1 + (ball > paddle) - (ball < paddle);
    }
  }

 private:
  struct Lane {
    std::int64_t ball = 0, paddle = 0;
  };
  Config config_;
  std::vector<Lane> lanes_;
  std::int64_t height_ = 0;  // that the ball has fallen by
};

class Catch final : public glia::Task {
 public:
  explicit Catch(Config config) : config_(config) {}

  glia::TaskSpec spec() const override {
    return {.observation = 2 * config_.columns + 1,
            .actions = 3,
            .steps = config_.rows - 1,
            .greatest = 1,
            .baselines = {{"stay", "Never moves."},
                          {"follow", "Moves to the side on which the ball is."}}};
  }
  std::unique_ptr<glia::Episodes> episodes(std::int64_t count) const override {
    return std::make_unique<Balls>(count, config_);
  }

 private:
  Config config_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::task<Catch>("catch", schema,
                                       "Move a paddle under a falling ball: left (0), stay (1) or "
                                       "right (2); the end gains 1 or -1."))
