// SPDX-License-Identifier: MIT
#include "catch.hpp"

#include <glia/sdk/schema.hpp>

#include <limits>
#include <string>

namespace {

struct Config {
  std::int64_t wide = 3;
  int narrow = -1;
  unsigned count = 2;
  double sigma = 0.5;
  std::string mode = "a";
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::wide, "wide").doc("w"), glia::field(&Config::narrow, "narrow").doc("n"),
    glia::field(&Config::count, "count").range(0, 5).doc("c"),
    glia::field(&Config::sigma, "sigma").above(0).unit("cells").doc("s"),
    glia::field(&Config::mode, "mode").choices("a", "b").doc("m"),
    glia::rule<Config>([](const Config& c) -> const char* {
      return c.mode == "b" && c.count == 0 ? "mode b needs a count" : nullptr;
    }));

}  // namespace

TEST_CASE("a field's default, range and kind come from its declaration") {
  const auto fields = schema.fields();
  REQUIRE(fields.size() == 5);
  CHECK(std::get<std::int64_t>(fields[0].default_value) == 3);
  CHECK_FALSE(fields[0].min);
  CHECK(fields[3].min == 0.0);
  CHECK(fields[3].min_open);
  CHECK(fields[3].unit == "cells");
  CHECK(fields[4].choices == std::vector<std::string>{"a", "b"});
}

TEST_CASE("an integer narrower than 64 bits is limited to what it can hold") {
  const auto fields = schema.fields();
  CHECK(fields[1].min == double{std::numeric_limits<int>::min()});
  CHECK(fields[1].max == double{std::numeric_limits<int>::max()});
  CHECK(fields[2].max == 5.0);
}

TEST_CASE("values are parsed onto the defaults, and rules see the result") {
  const auto config = schema.parse({{"wide", std::int64_t{9}}, {"mode", std::string("b")}});
  CHECK(config.wide == 9);
  CHECK(config.narrow == -1);
  CHECK(config.mode == "b");
  CHECK(schema.violations({{"mode", std::string("b")}}).empty());
  CHECK(schema.violations({{"mode", std::string("b")}, {"count", std::int64_t{0}}}) ==
        std::vector<std::string>{"mode b needs a count"});
}
