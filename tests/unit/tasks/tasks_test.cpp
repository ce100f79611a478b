// SPDX-License-Identifier: MIT
// The tasks against their rules, written down a second time.
#include "catch.hpp"
#include "plugin/registry.hpp"

#include <glia/sdk/plugin.hpp>
#include <glia/sdk/random.hpp>
#include <glia/sdk/task.hpp>

#include <array>
#include <cmath>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

using namespace glia;

namespace {

std::unique_ptr<Task> task(const std::string& id, const ValueMap& values = {}) {
  const auto& catalog = plugin::load_plugins({GLIA_BINARY_DIR "/lib/glia/plugins"});
  const auto* entry = catalog.find(PluginKind::task, id);
  if (!entry) throw std::runtime_error("there is no task " + id);
  return entry->descriptor->make_task(values);
}

/// Episodes, and what the last step gave.
struct Lanes {
  TaskSpec spec;
  std::unique_ptr<Episodes> episodes;
  std::vector<float> row, rewards;
  std::vector<std::uint8_t> ended;
  std::size_t count;

  Lanes(const Task& of, const std::vector<std::uint64_t>& keys)
      : spec(of.spec()),
        episodes(of.episodes(static_cast<std::int64_t>(keys.size()))),
        row(static_cast<std::size_t>(spec.observation) * keys.size()),
        rewards(keys.size()),
        ended(keys.size()),
        count(keys.size()) {
    episodes->reset(keys);
    look();
  }

  void look() { episodes->observe(row, static_cast<std::int64_t>(count)); }
  void step(const std::vector<std::int32_t>& actions) {
    episodes->step(actions, rewards, ended);
    look();
  }
  float observed(std::int64_t number, std::size_t lane = 0) const {
    return row[static_cast<std::size_t>(number) * count + lane];
  }
};

/// The mean return of a baseline.
double baseline(const Task& of, std::size_t number, std::size_t episodes) {
  std::vector<std::uint64_t> keys(episodes);
  std::iota(keys.begin(), keys.end(), 1U);
  Lanes lanes(of, keys);
  std::vector<std::int32_t> actions(episodes);
  double sum = 0;
  for (std::int64_t t = 0; t < lanes.spec.steps; ++t) {
    lanes.episodes->advise(number, actions);
    lanes.step(actions);
    sum += std::accumulate(lanes.rewards.begin(), lanes.rewards.end(), 0.0);
  }
  return sum / static_cast<double>(episodes);
}

}  // namespace

TEST_CASE("the cart and its pole move as the equations of 1983 say") {
  Lanes lanes(*task("cartpole"), {7});
  // Place, speed, angle, angular speed, as they are observed.
  const std::array<double, 4> scale{2.4, 2, 0.21, 2};
  std::array<double, 4> s{};
  for (std::size_t i = 0; i < 4; ++i) {
    s[i] = lanes.observed(static_cast<std::int64_t>(i)) * scale[i];
    CHECK(std::abs(s[i]) <= 0.05 + 1e-6);
  }
  bool fallen = false;
  std::int64_t steps = 0;
  while (!fallen) {
    const std::int32_t action = steps % 3 == 0 ? 1 : 0;
    const double f = action == 1 ? 10 : -10, c = std::cos(s[2]), n = std::sin(s[2]);
    // Barto, Sutton & Anderson, appendix, without friction; m = 0.1, m_c + m = 1.1, l = 0.5.
    const double turn = (9.8 * n + c * (-f - 0.1 * 0.5 * s[3] * s[3] * n) / 1.1) /
                        (0.5 * (4.0 / 3 - 0.1 * c * c / 1.1));
    const double speed = (f + 0.1 * 0.5 * (s[3] * s[3] * n - turn * c)) / 1.1;
    s = {s[0] + 0.02 * s[1], s[1] + 0.02 * speed, s[2] + 0.02 * s[3], s[3] + 0.02 * turn};
    fallen = std::abs(s[0]) > 2.4 || std::abs(s[2]) > 12 * std::acos(-1.0) / 180;
    lanes.step({action});
    ++steps;
    CHECK(lanes.rewards[0] == 1);
    CHECK(static_cast<bool>(lanes.ended[0]) == fallen);
    for (std::size_t i = 0; i < 4; ++i) {
      CHECK(lanes.observed(static_cast<std::int64_t>(i)) * scale[i] == Approx(s[i]).margin(1e-5));
    }
  }
  CHECK(steps > 5);
  lanes.step({1});  // it rests
  CHECK(lanes.rewards[0] == 0);
  CHECK(lanes.ended[0] == 1);
}

TEST_CASE("an episode follows from its key, whatever stands beside it") {
  for (const std::string id : {"cartpole", "catch", "futility", "delayed_match"}) {
    INFO(id);
    const auto made = task(id);
    Lanes alone(*made, {42}), among(*made, {1, 42, 3, 42, 5, 7, 11, 13});
    bool differs = false;
    const auto observe = [&] {
      for (std::int64_t i = 0; i < made->spec().observation; ++i) {
        REQUIRE(among.observed(i, 1) == alone.observed(i));
        REQUIRE(among.observed(i, 3) == alone.observed(i));
        for (std::int64_t lane : {0, 2, 4, 5, 6, 7}) {
          differs = differs || among.observed(i, lane) != alone.observed(i);
        }
      }
    };
    observe();
    for (std::int64_t t = 0; t < made->spec().steps; ++t) {
      const auto action = static_cast<std::int32_t>(t % 2), other = 1 - action;
      alone.step({action});
      among.step({other, action, action, action, other, other, action, action});
      REQUIRE(among.rewards[1] == alone.rewards[0]);
      REQUIRE(among.rewards[3] == alone.rewards[0]);
      REQUIRE(among.ended[1] == alone.ended[0]);
      if (alone.ended[0]) break;
      observe();
    }
    CHECK(differs);
  }
}

TEST_CASE("a ball falls straight, and who stands under it at the end has caught it") {
  const auto made = task("catch");
  CHECK(made->spec().observation == 11);
  CHECK(made->spec().steps == 9);
  for (std::uint64_t key = 0; key < 20; ++key) {
    Lanes lanes(*made, {key});
    std::int64_t ball = -1, paddle = 2;
    for (std::int64_t c = 0; c < 5; ++c) {
      if (lanes.observed(2 * c) == 1) ball = c;
      CHECK(lanes.observed(2 * c + 1) == (c == 2 ? 1 : 0));
    }
    REQUIRE(ball >= 0);
    for (std::int64_t t = 0; t < 9; ++t) {
      CHECK(lanes.observed(2 * ball) == Approx(1 - 0.05 * static_cast<double>(t)));
      CHECK(lanes.observed(10) == 1);
      const std::int32_t action = key % 2 == 0 ? 2 : 1;  // to the right, or nothing
      paddle = std::min<std::int64_t>(4, paddle + action - 1);
      lanes.step({action});
      CHECK(lanes.rewards[0] == (t < 8 ? 0 : paddle == ball ? 1 : -1));
      CHECK(static_cast<bool>(lanes.ended[0]) == (t == 8));
    }
  }
  CHECK(baseline(*made, 1, 200) == 1);
  CHECK(baseline(*made, 0, 200) < 0);
}

TEST_CASE("a probe is shown after the delay, and the right answer then gains 1") {
  const auto made = task("delayed_match", {{"delay", std::int64_t{6}}});
  REQUIRE(made->spec().steps == 7);
  int same = 0;
  for (std::uint64_t key = 0; key < 60; ++key) {
    Lanes lanes(*made, {key});
    const float sample = lanes.observed(0);
    REQUIRE(std::abs(sample) == 1);
    for (int t = 0; t < 6; ++t) {
      CHECK(lanes.observed(1) == 0);
      lanes.step({1});
      CHECK(lanes.rewards[0] == 0);
      CHECK(lanes.ended[0] == 0);
      if (t < 5) CHECK(lanes.observed(0) == 0);
    }
    CHECK(lanes.observed(1) == 1);
    const bool match = lanes.observed(0) == sample;
    same += match;
    lanes.step({key % 2 == 0 ? 1 : 0});
    CHECK(lanes.rewards[0] == (match == (key % 2 == 0) ? 1 : 0));
    CHECK(lanes.ended[0] == 1);
  }
  CHECK(same > 15);
  CHECK(same < 45);
}

TEST_CASE("noise comes between sample and probe, that of the key, and nowhere else") {
  const auto made = task("delayed_match", {{"delay", std::int64_t{200}}, {"noise", 0.5}});
  double squares = 0;
  for (const std::uint64_t key : {3, 4}) {
    Lanes one(*made, {key}), two(*made, {key + 1, key});
    for (int t = 0; t <= 200; ++t) {
      CHECK(one.observed(0) == two.observed(0, 1));
      if (t > 0 && t < 200) squares += one.observed(0) * one.observed(0);
      if (t == 0 || t == 200) CHECK(std::abs(one.observed(0)) == 1);
      one.step({0});
      two.step({1, 1});
    }
  }
  CHECK(std::sqrt(squares / 398) > 0.42);
  CHECK(std::sqrt(squares / 398) < 0.58);
}

TEST_CASE("a swim gains what it brings less what it costs, and only a swim feels") {
  const auto made = task("futility");
  REQUIRE(made->spec().steps == 480);
  Lanes lanes(*made, {11});
  CHECK(lanes.observed(0) == 0);
  CHECK(lanes.observed(1) == 0);
  int gains = 0, losses = 0;
  for (int t = 0; t < 480; ++t) {
    const std::int32_t action = t % 4 == 0 ? 0 : 1;
    lanes.step({action});
    CHECK(lanes.observed(0) == static_cast<float>(action));
    if (action == 0) {
      CHECK(lanes.rewards[0] == 0);
      CHECK(lanes.observed(1) == 0);
    } else if (lanes.rewards[0] > 0) {
      CHECK(lanes.rewards[0] * 480 == Approx(0.6));
      ++gains;
    } else {
      CHECK(lanes.rewards[0] * 480 == Approx(-0.4));
      ++losses;
    }
  }
  CHECK(gains > 20);
  CHECK(losses > 20);
}

TEST_CASE("who always swims gains a tenth, an oracle three, a filter lies between") {
  const auto made = task("futility");
  const double always = baseline(*made, 0, 2000), oracle = baseline(*made, 1, 2000);
  const double integrator = baseline(*made, 2, 2000), bayes = baseline(*made, 3, 2000);
  CHECK(always == Approx(0.1).margin(0.012));
  CHECK(oracle == Approx(0.3).margin(0.012));
  CHECK(bayes > always + 0.04);
  CHECK(integrator > always + 0.03);
  CHECK(bayes >= integrator - 0.005);
}

TEST_CASE("what a fish does when swimming ceases to work is measured") {
  Lanes lanes(*task("futility"), {5, 6});
  std::vector<std::int32_t> actions(2);
  for (int t = 0; t < 480; ++t) {
    lanes.episodes->advise(1, actions);  // the oracle rests at once
    lanes.step(actions);
  }
  const auto measures = lanes.episodes->measures();
  REQUIRE(measures.size() == 2);
  CHECK(measures[0].name == "latency");
  REQUIRE_FALSE(measures[0].values.empty());
  for (const double latency : measures[0].values) CHECK(latency == 0);
  CHECK(measures[1].name == "passive_bout");
  REQUIRE_FALSE(measures[1].values.empty());
  for (const double bout : measures[1].values) CHECK(bout >= 0.5);
}
