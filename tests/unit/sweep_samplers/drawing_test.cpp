// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "support.hpp"

#include <glia/sdk/error.hpp>

#include <algorithm>
#include <set>

using namespace samplers;

namespace {

Spec drawn(const std::string& sampler, std::int64_t trials, std::int64_t seed = 1) {
  Spec spec(sampler);
  spec.set("trials", trials).set("sampling_seed", seed);
  return spec;
}

std::vector<std::string> texts(const Spec& spec) {
  Study study(spec.spec);
  const auto points = study.more({});
  return texts_of(study, points);
}

}  // namespace

TEST_CASE("Points follow from the seed, and more of them keep the first ones") {
  const auto name = GENERATE(as<std::string>(), "random", "sobol");
  const auto draw = [&](std::int64_t trials, std::int64_t seed) {
    return texts(drawn(name, trials, seed).range("a", 0, 1).range("b", 1e-4, 1, true));
  };
  const auto few = draw(7, 1), many = draw(40, 1);
  REQUIRE(few.size() == 7);
  REQUIRE(many.size() == 40);
  CHECK(std::equal(few.begin(), few.end(), many.begin()));
  CHECK(draw(7, 2) != few);
  CHECK(std::set<std::string>(many.begin(), many.end()).size() == 40);
}

TEST_CASE("Every 2^k Sobol points in a row have one in each of 2^k parts, in 24 dimensions") {
  auto spec = drawn("sobol", 64, GENERATE(1, 2));
  for (int d = 0; d < 24; ++d) spec.range("x" + std::to_string(d), 0, 1);
  Study study(spec.spec);
  const auto points = study.more({});
  REQUIRE(points.size() == 64);
  for (std::size_t d = 0; d < 24; ++d) {
    for (const std::size_t from : {std::size_t{0}, std::size_t{16}, std::size_t{32}}) {
      std::set<int> parts;
      for (std::size_t i = from; i < from + 16; ++i) {
        parts.insert(static_cast<int>(16 * number_at(study, points[i], d)));
      }
      CHECK(parts.size() == 16);
    }
  }
  // Joe and Kuo: the first two dimensions are a (0, 2)-sequence: one of 16 in each 4 x 4 square.
  std::set<std::pair<int, int>> squares;
  for (std::size_t i = 0; i < 16; ++i) {
    squares.emplace(static_cast<int>(4 * number_at(study, points[i], 0)),
                    static_cast<int>(4 * number_at(study, points[i], 1)));
  }
  CHECK(squares.size() == 16);
}

TEST_CASE("A small space gives each of its points once, and then no more") {
  const auto name = GENERATE(as<std::string>(), "random", "sobol");
  auto all = texts(drawn(name, 50).choices("a", {"p", "q"}).range("b", 1, 3, false, true));
  CHECK(std::set<std::string>(all.begin(), all.end()).size() == 6);
  CHECK(all.size() == 6);
}

TEST_CASE("Conditions and exclusions hold for what is drawn") {
  const auto name = GENERATE(as<std::string>(), "random", "sobol");
  auto spec = drawn(name, 60).choices("kind", {"a", "b", "c"}).range("p", 0, 1);
  spec.spec.only_if.push_back({"p", {{"kind", {item("b")}, {}}}, {}});
  spec.spec.exclude.push_back({{"kind", {item("c")}, {}}});
  Study study(spec.spec);
  const auto points = study.more({});
  CHECK(points.size() > 20);
  for (const auto& point : points) {
    const auto kind = text_at(study, point, 0);
    CHECK(kind != "c");
    CHECK((point[1] == Trial::unset) == (kind != "b"));
  }
}

TEST_CASE("What has no place in a space is refused") {
  const auto name = GENERATE(as<std::string>(), "random", "sobol");
  CHECK_THROWS_WITH(Study(drawn(name, 3).spec), Catch::Contains("has no axis to draw from"));
  auto more = drawn(name, 3).range("a", 0, 1);
  more.spec.blocks.emplace_back();
  CHECK_THROWS_WITH(Study(more.spec), Catch::Contains("[[sweep.also]] gives more"));
  auto seeds = drawn(name, 5).range("a", 0, 1);
  seeds.spec.seeds = {1, 2};
  CHECK_THROWS_WITH(Study(seeds.spec), Catch::Contains("write trials = 6"));
}
