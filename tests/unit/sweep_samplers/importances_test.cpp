// SPDX-License-Identifier: MIT
#include "sweep/importances.hpp"

#include "catch.hpp"
#include "support.hpp"

#include <glia/sdk/random.hpp>

#include <algorithm>
#include <cmath>

using namespace glia::sweep;

namespace {

/// Points drawn at random; the objective is 3 x + y, whatever z.
Observations plane(std::size_t points) {
  glia::RandomStream draws(7, "points", 0);
  Observations seen;
  seen.features.resize(3);
  for (std::size_t i = 0; i < points; ++i) {
    for (auto& feature : seen.features) feature.push_back(static_cast<double>(draws.uniform()));
    seen.objective.push_back(3 * seen.features[0][i] + seen.features[1][i]);
  }
  return seen;
}

}  // namespace

TEST_CASE("axes count by what they have to do with the objective") {
  const auto found = importances(plane(80));
  REQUIRE(found);
  INFO(found->shares[0] << ' ' << found->shares[1] << ' ' << found->shares[2] << " explained "
                        << found->explained);
  REQUIRE(found->shares.size() == 3);
  CHECK(found->shares[0] > 0.6);
  CHECK(found->shares[1] > 0.03);
  CHECK(found->shares[0] > 3 * found->shares[1]);
  CHECK(found->shares[2] < 0.03);
  CHECK(found->shares[0] + found->shares[1] + found->shares[2] == Approx(1));
  CHECK(found->explained > 0.8);
  CHECK(found->explained <= 1);
}

TEST_CASE("only orders count, so neither scales nor a point that went to pieces do") {
  auto seen = plane(60);
  const auto found = importances(seen);
  for (double& value : seen.features[0]) value = std::exp(9 * value);
  for (double& value : seen.objective) value = std::log(value + 1);
  *std::max_element(seen.objective.begin(), seen.objective.end()) = 1e19;
  const auto again = importances(seen);
  CHECK(again->shares == found->shares);
  CHECK(again->explained == found->explained);
}

TEST_CASE("where chance alone decides, nothing is explained") {
  auto seen = plane(60);
  glia::RandomStream draws(8, "noise", 0);
  for (double& value : seen.objective) value = static_cast<double>(draws.uniform());
  CHECK(importances(seen)->explained < 0.2);
  std::fill(seen.objective.begin(), seen.objective.end(), 0.5);
  const auto flat = importances(seen);
  CHECK(flat->shares == std::vector<double>{0, 0, 0});
  CHECK(flat->explained == 0);
}

TEST_CASE("a setting that is not there is a value too; few points say nothing") {
  auto seen = plane(64);
  for (std::size_t i = 0; i < 64; i += 2) seen.features[2][i] = Observations::absent;
  for (std::size_t i = 0; i < 64; ++i) {
    seen.objective[i] = (i % 2 == 0 ? 10 : 0) + seen.features[1][i];
  }
  const auto found = importances(seen);
  CHECK(found->shares[2] > 0.7);
  CHECK(found->shares[0] < 0.05);
  CHECK_FALSE(importances(plane(least_points - 1)));
  CHECK(importances(plane(least_points)));
  CHECK_FALSE(importances({{}, std::vector<double>(20, 1.0)}));
}

TEST_CASE("numbers of an axis count as such, other values by their place") {
  Plan plan;
  plan.axes = {{"rate", {samplers::item(0.1), samplers::item(0.01)}, {"0.1", "0.01"}},
               {"kind", {samplers::item("b"), samplers::item(5.0)}, {"\"b\"", "5.0"}}};
  plan.trials = {{0, 1, {1, 0}, {}}, {1, 1, {0, Trial::unset}, {}}, {2, 1, {0, 1}, {}}};
  const Ranking ranking{{"h", "validation_loss", true},
                        {{.objective = 3, .trials = {2}, .typical = 2},
                         {.objective = 4, .trials = {0}, .typical = 0},
                         {.objective = 5, .trials = {1}, .typical = 1}}};
  const auto seen = observations(plan, ranking);
  CHECK(seen.objective == std::vector<double>{3, 4, 5});
  CHECK(seen.features.at(0) == std::vector<double>{0.1, 0.01, 0.1});
  CHECK(seen.features.at(1) == std::vector<double>{1, 0, Observations::absent});
}
