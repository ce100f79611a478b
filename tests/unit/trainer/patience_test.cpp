// SPDX-License-Identifier: MIT
// Training that ends when the validation loss gets no better.
#include "catch.hpp"
#include "toy.hpp"

#include <glia/sdk/error.hpp>

#include <cmath>
#include <limits>

using toy::Place;
using toy::Points;
using namespace glia;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// Parameters after so many epochs of a training without patience.
std::vector<float> after_epochs(std::int64_t epochs) {
  Place place;
  place.train.epochs = epochs;
  Points points;
  return place.run(points);
}

std::vector<float> trained(Place& place, Points& points, std::int64_t epochs, std::int64_t patience,
                           std::vector<double> losses) {
  place.train.epochs = epochs;
  place.train.patience = patience;
  points.on_validation = std::move(losses);
  return place.run(points);
}

}  // namespace

TEST_CASE("training ends when patience does, with the parameters of the best epoch") {
  Place place;
  Points points;
  const auto kept = trained(place, points, 9, 2, {5, 3, 4, 3, 1});  // as good is no better
  CHECK(place.state.complete);
  CHECK(place.state.epoch == 4);
  CHECK(place.state.curve.size() == 4);
  CHECK(place.state.kept.epoch == 2);
  CHECK(place.state.kept.loss == 3);
  CHECK(kept == after_epochs(2));
  CHECK(kept != after_epochs(4));
  REQUIRE(place.progress.reports.size() == 4);
  CHECK(place.progress.reports[3].last);
  CHECK_FALSE(place.progress.reports[2].last);
}

TEST_CASE("a better epoch begins patience anew; after all epochs the best is kept too") {
  Place place;
  Points points;
  CHECK(trained(place, points, 5, 2, {5, 6, 4, unknown, 4.5}) == after_epochs(3));
  CHECK(place.state.epoch == 5);
  CHECK(place.state.kept.epoch == 3);
}

TEST_CASE("a training with patience that is stopped anywhere goes on to the same bits") {
  const std::vector<double> losses{5, 3, 4, 3.5, 3.2, 1};
  Place whole;
  Points uninterrupted;
  const auto expected = trained(whole, uninterrupted, 9, 3, losses);
  REQUIRE(whole.state.epoch == 5);
  int stopped = 0;
  for (int stop = 0; stop < 30; stop += 3) {
    Place place;
    place.stop = [left = stop]() mutable { return left-- <= 0; };
    Points first, second;
    try {
      trained(place, first, 9, 3, losses);
    } catch (const Error&) {
      ++stopped;
    }
    place.stop = {};
    CHECK(trained(place, second, 9, 3, losses) == expected);
    CHECK(place.state.epoch == 5);
    CHECK(place.state.kept.epoch == 2);
    Points third;  // what is complete holds what was kept
    CHECK(trained(place, third, 9, 3, losses) == expected);
    CHECK(place.reused);
    CHECK(place.state.kept.epoch == 2);
  }
  CHECK(stopped > 5);
}

TEST_CASE("without a single loss that is a number there is nothing to keep") {
  Place place;
  Points points;
  try {
    trained(place, points, 9, 2, {unknown, unknown, unknown});
    FAIL("kept an epoch without a loss");
  } catch (const Error& e) {
    CHECK(e.code() == ErrorCode::numeric);
    CHECK(std::string(e.what()).find("in any of 2 epochs") != std::string::npos);
  }
}
