// SPDX-License-Identifier: MIT
#include <glia/sdk/plugin.hpp>
#include <glia/sdk/random.hpp>
#include <glia/sdk/task.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace {

struct Config {
  std::int64_t steps = 500;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::steps, "steps")
        .range(1, 1000000)
        .unit("steps")
        .doc("Length of an episode in which the pole does not fall; the greatest return."));

// Barto, Sutton & Anderson, "Neuronlike adaptive elements that can solve difficult learning control
// problems", IEEE Trans. SMC 13 (1983), with the constants that everybody uses since: no friction.
constexpr double gravity = 9.8;      // m/s^2
constexpr double pole_mass = 0.1;    // kg
constexpr double total_mass = 1.1;   // kg, with the cart
constexpr double half_length = 0.5;  // m
constexpr double force = 10;         // N
constexpr double tau = 0.02;         // s, explicit Euler
constexpr double widest = 2.4;       // m from the middle
constexpr double steepest = 12 * 3.14159265358979323846 / 180;
constexpr double start = 0.05;  // all four numbers start within this
/// What is observed: each number of the state by the scale on which it moves.
constexpr std::array<double, 4> scale{1 / 2.4, 1 / 2., 1 / 0.21, 1 / 2.};

/// Place and speed of the cart, angle and angular speed of the pole.
struct State {
  double x = 0, speed = 0, angle = 0, turning = 0;

  void push(double f) {
    const double c = std::cos(angle), s = std::sin(angle);
    const double shared = (f + pole_mass * half_length * turning * turning * s) / total_mass;
    const double turn =
        (gravity * s - c * shared) / (half_length * (4. / 3 - pole_mass * c * c / total_mass));
    const double acceleration = shared - pole_mass * half_length * turn * c / total_mass;
    x += tau * speed;
    speed += tau * acceleration;
    angle += tau * turning;
    turning += tau * turn;
  }
  bool fallen() const { return std::abs(x) > widest || std::abs(angle) > steepest; }
};

class Runs final : public glia::Episodes {
 public:
  Runs(std::int64_t count, std::int64_t steps)
      : steps_(steps), states_(static_cast<std::size_t>(count)), left_(states_.size(), 0) {}

  void reset(std::span<const std::uint64_t> keys) override {
    for (std::size_t e = 0; e < states_.size(); ++e) {
      std::array<double, 4> at{};
      glia::RandomStream(keys[e], "cartpole/start", 0).uniform(at, -start, start);
      states_[e] = {at[0], at[1], at[2], at[3]};
      left_[e] = steps_;
    }
  }

  void observe(std::span<float> rows, std::int64_t stride) const override {
    const auto width = static_cast<std::size_t>(stride);
    for (std::size_t e = 0; e < states_.size(); ++e) {
      const State& s = states_[e];
      rows[e] = static_cast<float>(s.x * scale[0]);
      rows[width + e] = static_cast<float>(s.speed * scale[1]);
      rows[2 * width + e] = static_cast<float>(s.angle * scale[2]);
      rows[3 * width + e] = static_cast<float>(s.turning * scale[3]);
    }
  }

  void step(std::span<const std::int32_t> actions, std::span<float> rewards,
            std::span<std::uint8_t> ended) override {
    for (std::size_t e = 0; e < states_.size(); ++e) {
      rewards[e] = left_[e] > 0 ? 1.0F : 0.0F;
      if (left_[e] > 0) {
        states_[e].push(actions[e] == 1 ? force : -force);
        --left_[e];
        if (states_[e].fallen()) left_[e] = 0;
      }
      ended[e] = left_[e] == 0;
    }
  }

  /// Pushes to the side to which the pole leans.
  void advise(std::size_t, std::span<std::int32_t> actions) override {
    for (std::size_t e = 0; e < states_.size(); ++e) actions[e] = states_[e].angle > 0;
  }

 private:
  std::int64_t steps_;
  std::vector<State> states_;
  std::vector<std::int64_t> left_;  // steps; 0: the episode has ended
};

class CartPole final : public glia::Task {
 public:
  explicit CartPole(Config config) : config_(config) {}

  glia::TaskSpec spec() const override {
    return {.observation = 4,
            .actions = 2,
            .steps = config_.steps,
            .greatest = static_cast<double>(config_.steps),
            .baselines = {{"lean", "Pushes to the side to which the pole leans."}}};
  }
  std::unique_ptr<glia::Episodes> episodes(std::int64_t count) const override {
    return std::make_unique<Runs>(count, config_.steps);
  }

 private:
  Config config_;
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::task<CartPole>("cartpole", schema,
                                          "Keep a pole upright on a cart that is pushed left (0) "
                                          "or right (1); a step gains 1."))
