// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "train/schedule.hpp"

#include <cmath>

using namespace glia;
using train::Position;

namespace {

/// At batch `batch` of epoch `epoch`, of 10 epochs with 4 batches each.
double factor(const config::TrainSpec& train, std::int64_t epoch, std::uint64_t batch) {
  return train::make_schedule(train)(
      Position{.epoch = epoch, .epochs = 10, .batch = batch, .batches = 4});
}

}  // namespace

TEST_CASE("constant stays; cosine falls from one to nearly zero, half-way at the middle") {
  CHECK(factor({.schedule = "constant"}, 9, 3) == 1);
  const config::TrainSpec cosine{.schedule = "cosine"};
  CHECK(factor(cosine, 0, 0) == 1);
  CHECK(factor(cosine, 5, 0) == Approx(0.5));
  CHECK(factor(cosine, 9, 3) == Approx(0.5 * (1 + std::cos(M_PI * 39 / 40))));
  CHECK(factor(cosine, 2, 1) > factor(cosine, 2, 2));
}

TEST_CASE("step multiplies every few epochs, at their start") {
  const config::TrainSpec step{
      .schedule = "step", .settings = {{"step_epochs", std::int64_t{3}}, {"step_factor", 0.5}}};
  CHECK(factor(step, 2, 3) == 1);
  CHECK(factor(step, 3, 0) == Approx(0.5));
  CHECK(factor(step, 9, 0) == Approx(0.125));
}

TEST_CASE("warmup rises in a straight line to one, then falls as a cosine or stays") {
  for (const std::string after : {"cosine", "constant"}) {
    const config::TrainSpec warmup{.schedule = "warmup",
                                   .settings = {{"warmup_epochs", 2.0}, {"after_warmup", after}}};
    for (int i = 0; i < 8; ++i) {
      CHECK(factor(warmup, i / 4, static_cast<std::uint64_t>(i % 4)) == Approx((i + 1) / 9.0));
    }
    CHECK(factor(warmup, 2, 0) == 1);
    CHECK(factor(warmup, 6, 0) == Approx(after == "cosine" ? 0.5 : 1.0));
  }
}
