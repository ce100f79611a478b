// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "toy.hpp"

#include <glia/sdk/error.hpp>

#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <set>

using toy::Place;
using toy::Points;
using namespace glia;

namespace {

/// A stop request that is granted after so many questions.
std::function<bool()> after(int questions) {
  return [left = questions]() mutable { return left-- <= 0; };
}

}  // namespace

TEST_CASE("every epoch visits every sample once, in an order of its own") {
  Place place;
  Points points;
  place.run(points);
  REQUIRE(points.visited.size() == 15);  // 70 samples in batches of 16
  std::set<std::vector<std::int64_t>> orders;
  for (int e = 0; e < 3; ++e) {
    const std::vector<std::int64_t> one(points.visited.begin() + 5 * e,
                                        points.visited.begin() + 5 * (e + 1));
    CHECK(std::accumulate(one.begin(), one.end(), std::int64_t{0}) == 70 * 69 / 2);
    orders.insert(one);
  }
  CHECK(orders.size() == 3);

  Place plain;
  plain.train.shuffle = false;
  Points in_order;
  plain.run(in_order);
  CHECK(in_order.visited.front() == 15 * 16 / 2);
  CHECK(in_order.visited[5] == in_order.visited[0]);
}

TEST_CASE("threads, and how many batches a message stands for, change no bit") {
  Place plain;
  Points points;
  const auto expected = plain.run(points);
  for (const int threads : {1, 2, 3}) {
    for (const std::uint64_t per_message : {1, 2, 3, 8}) {
      Place place;
      place.threads = threads;
      Points other;
      other.per_message = per_message;
      CHECK(place.run(other) == expected);
      CHECK(other.visited == points.visited);
      REQUIRE(place.state.curve.size() == 3);
      CHECK(place.state.curve.back().train_loss == plain.state.curve.back().train_loss);
    }
  }
}

TEST_CASE("a training that is stopped anywhere goes on to the same bits, whatever the optimizer") {
  for (const std::string optimizer : {"adam", "adamw", "sgd"}) {
    for (const std::string schedule : {"constant", "warmup"}) {
      const auto prepare = [&](Place& place) {
        place.train.optimizer = optimizer;
        place.train.schedule = schedule;
        if (optimizer == "sgd") place.train.settings = {{"momentum", 0.9}};
      };
      Place whole;
      prepare(whole);
      Points uninterrupted;
      const auto expected = whole.run(uninterrupted);
      for (int stop = 0; stop < 9; stop += 2) {
        Place place;
        prepare(place);
        place.stop = after(stop);
        Points first;
        first.per_message = 2;
        CHECK_THROWS_AS(place.run(first), Error);
        place.stop = {};
        Points second;  // starts anew: all it knows is in the checkpoint
        CHECK(place.run(second) == expected);
        CHECK_FALSE(place.reused);
        REQUIRE(place.state.curve.size() == 3);
        for (std::size_t e = 0; e < 3; ++e) {
          CHECK(place.state.curve[e].train_loss == whole.state.curve[e].train_loss);
        }
      }
    }
  }
}

TEST_CASE("what is complete is not trained again, and what is measured is kept") {
  Place place;
  Points points, again;
  const auto expected = place.run(points);
  CHECK(place.run(again) == expected);
  CHECK(place.reused);
  CHECK(again.visited.empty());
  REQUIRE(place.state.curve.size() == 3);
  CHECK(place.state.curve[1].epoch == 2);
  CHECK(place.state.curve[1].test_accuracy == 0.25);
  CHECK(place.state.curve[1].test_loss == 1);
  CHECK(place.state.curve[1].validation_accuracy == 0.5);
  REQUIRE(place.progress.resumed.size() == 3);
  CHECK(place.progress.resumed[2].validation_accuracy == 0.5);
}

TEST_CASE("a checkpoint of other settings is refused, a damaged one named") {
  Place place;
  Points points;
  place.run(points);
  place.stage.key = "another";
  try {
    place.run(points);
    FAIL("went on with the checkpoint of another run");
  } catch (const Error& e) {
    CHECK(e.code() == ErrorCode::configuration);
    CHECK(std::string(e.what()).find("other settings") != std::string::npos);
  }
}

TEST_CASE("a loss that is no number stops before a step; the last good parameters are kept") {
  Place good;
  good.train.epochs = 1;
  Points healthy;
  const auto expected = good.run(healthy);
  Place place;
  Points sick;
  sick.poison = true;
  try {
    place.run(sick);
    FAIL("trained on");
  } catch (const Error& e) {
    CHECK(e.code() == ErrorCode::numeric);
    CHECK(std::string(e.what()).find("NaN in epoch 2, batch 0") != std::string::npos);
  }
  const auto numbers = train::numbers_of(sick.parameters().values());
  CHECK(std::vector<float>(numbers.begin(), numbers.end()) == expected);
}

TEST_CASE("clip_norm shortens long gradients and leaves short ones alone") {
  const auto first_step = [](double clip, double steepness) {
    Place place;
    place.train = {.epochs = 1,
                   .batch_size = Points::samples,
                   .learning_rate = 1,
                   .optimizer = "sgd",
                   .clip_norm = clip};
    Points points;
    points.steepness = steepness;
    const auto end = place.run(points);
    double length = 0;
    for (const float p : end) length += (p - 1.0) * (p - 1.0);
    return std::sqrt(length);
  };
  const double free = first_step(0, 1);
  CHECK(first_step(free * 1.01, 1) == free);
  CHECK(first_step(0.25, 1) == Approx(0.25).epsilon(1e-5));
  CHECK(first_step(0.25, 100) == Approx(0.25).epsilon(1e-5));
}

TEST_CASE("a step by parts is the step of the whole gradient") {
  Place plain, place, clipped;
  Points points, parts, whole;
  parts.by_parts = whole.by_parts = true;
  const auto expected = plain.run(points);
  CHECK(place.run(parts) == expected);
  CHECK(parts.told == 15);
  CHECK(place.state.curve.back().train_loss == plain.state.curve.back().train_loss);
  clipped.train.clip_norm = 1e30;  // clips nothing, and has to see all of the gradient
  CHECK(clipped.run(whole) == expected);
  CHECK(whole.told == 0);

  Place frozen;
  Points still;
  still.by_parts = true;
  frozen.frozen.add(0, 1);
  frozen.run(still);
  CHECK(still.told == 0);
}

TEST_CASE("a step by parts waits for the loss, and must be whole") {
  Place place, other;
  Points sick, forgetful;
  sick.by_parts = sick.poison = forgetful.by_parts = true;
  CHECK_THROWS_WITH(place.run(sick), Catch::Contains("the loss became NaN"));
  CHECK(at::isfinite(sick.parameters().values()).all().item<bool>());
  forgetful.forgotten = 1;
  CHECK_THROWS_WITH(other.run(forgetful), Catch::Contains("told of 2 numbers of its gradient's 3"));
}

TEST_CASE("who tells a gradient wrongly is told what is wrong") {
  using Listener = GradientListener&;
  const auto run = [](const std::function<std::optional<double>(Listener, const float*)>& teller) {
    Place place;
    Points points;
    points.by_parts = true;
    points.teller = teller;
    place.run(points);
  };
  const auto whole = [](Listener l, const float* g) { l.found(g, 3); };
  CHECK_NOTHROW(run([&](Listener l, const float* g) {
    l.loss(1);
    l.found(g + 3, 0);
    whole(l, g);
    return std::optional(1.0);
  }));
  CHECK_THROWS_WITH(run([&](Listener l, const float* g) {
                      whole(l, g);
                      return std::optional(1.0);
                    }),
                    Catch::Contains("before the loss"));
  CHECK_THROWS_WITH(run([&](Listener l, const float*) {
                      l.loss(1);
                      l.loss(1);
                      return std::optional(1.0);
                    }),
                    Catch::Contains("the loss of a batch twice"));
  CHECK_THROWS_WITH(run([&](Listener l, const float* g) {
                      l.loss(1);
                      whole(l, g);
                      return std::optional<double>();
                    }),
                    Catch::Contains("told a loss of 1 and returned nothing"));
  CHECK_THROWS_WITH(run([&](Listener l, const float* g) {
                      l.loss(1);
                      whole(l, g);
                      return std::optional(2.0);
                    }),
                    Catch::Contains("told a loss of 1 and returned 2"));
  CHECK_THROWS_WITH(run([&](Listener l, const float* g) {
                      l.loss(1);
                      for (const int part : {0, 1, 1}) l.found(g + part, 1);
                      return std::optional(1.0);
                    }),
                    Catch::Contains("some numbers of its gradient twice"));
  for (const std::int64_t count : {std::int64_t{-1}, std::numeric_limits<std::int64_t>::max()}) {
    CHECK_THROWS_WITH(run([&](Listener l, const float* g) {
                        l.loss(1);
                        l.found(g + 1, count);
                        return std::optional(1.0);
                      }),
                      Catch::Contains("not those of its gradients"));
  }
}

TEST_CASE("a gradient too long for float32 is clipped, and one without end stops") {
  Place place, other;
  Points steep, endless;
  place.train.clip_norm = other.train.clip_norm = 1;
  place.train.optimizer = other.train.optimizer = "sgd";
  place.train.epochs = 1;
  steep.steepness = 1e25;  // whose square is no float32
  const auto before = train::numbers_of(steep.parameters().values())[0];
  CHECK(std::abs(place.run(steep)[0] - before) > 1e-3);
  endless.steepness = 1e300;
  CHECK_THROWS_WITH(other.run(endless), Catch::Contains("the gradient became"));
}
