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

constexpr auto config_schema = glia::schema<Config>(
    glia::field(&Config::wide, "wide").doc("w"), glia::field(&Config::narrow, "narrow").doc("n"),
    glia::field(&Config::count, "count").range(0, 5).doc("c"),
    glia::field(&Config::sigma, "sigma").above(0).unit("cells").doc("s"),
    glia::field(&Config::mode, "mode").choices("a", "b").doc("m"),
    glia::rule<Config>([](const Config& c) -> const char* {
      return c.mode == "b" && c.count == 0 ? "mode b needs a count" : nullptr;
    }));

}  // namespace

TEST_CASE("a field's default, range and kind come from its declaration") {
  const auto fields = config_schema.fields();
  REQUIRE(fields.size() == 5);
  CHECK(std::get<std::int64_t>(fields[0].default_value) == 3);
  CHECK_FALSE(fields[0].min);
  CHECK(fields[3].min == 0.0);
  CHECK(fields[3].min_open);
  CHECK(fields[3].unit == "cells");
  CHECK(fields[4].choices == std::vector<std::string>{"a", "b"});
}

TEST_CASE("an integer narrower than 64 bits is limited to what it can hold") {
  const auto fields = config_schema.fields();
  CHECK(fields[1].min == double{std::numeric_limits<int>::min()});
  CHECK(fields[1].max == double{std::numeric_limits<int>::max()});
  CHECK(fields[2].max == 5.0);
}

TEST_CASE("values are parsed onto the defaults, and rules see the result") {
  const auto config = config_schema.parse({{"wide", std::int64_t{9}}, {"mode", std::string("b")}});
  CHECK(config.wide == 9);
  CHECK(config.narrow == -1);
  CHECK(config.mode == "b");
  CHECK(config_schema.violations({{"mode", std::string("b")}}).empty());
  CHECK(config_schema.violations({{"mode", std::string("b")}, {"count", std::int64_t{0}}}) ==
        std::vector<std::string>{"mode b needs a count"});
}

namespace {

enum class Speed { slow, fast };

struct Options : Config {
  Options() {
  }  // no aggregate: of one with a base, GCC 12 thinks that its texts are not initialised
  Speed speed = Speed::fast;
  std::vector<double> rates{0.5};
};

constexpr auto merged = glia::schema<Options>(
    config_schema, glia::field(&Options::speed, "speed").choices("slow", "fast").doc("s"),
    glia::field(&Options::rates, "rates").doc("r"),
    glia::rule<Options>([](const Options& o) -> const char* {
      return o.speed == Speed::slow && o.sigma > 1 ? "slow needs a small sigma" : nullptr;
    }));

}  // namespace

TEST_CASE("the values of a config are the inverse of parse") {
  Options options;
  options.narrow = -7;
  options.mode = "b";
  options.speed = Speed::slow;
  options.rates = {0.25, 2};
  const glia::ValueMap values = merged.values(options);
  CHECK(values.size() == 7);
  CHECK(values.at("narrow") == glia::Value{std::int64_t{-7}});
  CHECK(values.at("speed") == glia::Value{std::string("slow")});
  const Options again = merged.parse(values);
  CHECK(again.narrow == -7);
  CHECK(again.mode == "b");
  CHECK(again.speed == Speed::slow);
  CHECK(again.rates == options.rates);
  CHECK(merged.values(again) == values);
  CHECK(merged.parse({}).speed == Speed::fast);
}

TEST_CASE("an enum is a text outside") {
  const auto fields = merged.fields();
  const auto& speed = fields[5];
  CHECK(speed.name == "speed");
  CHECK(speed.kind == glia::FieldKind::text);
  CHECK(speed.choices == std::vector<std::string>{"slow", "fast"});
  CHECK(speed.default_value == glia::Value{std::string("fast")});
  Options options;
  options.speed = static_cast<Speed>(5);
  CHECK_THROWS_AS(merged.values(options), glia::Error);
}

TEST_CASE("a schema that is a part of another brings its fields and rules") {
  CHECK(merged.fields().size() == 7);
  CHECK(merged.fields()[0].name == "wide");
  CHECK(merged.parse({{"sigma", 2.5}}).sigma == 2.5);
  const glia::ValueMap bad{{"mode", std::string("b")},
                           {"count", std::int64_t{0}},
                           {"speed", std::string("slow")},
                           {"sigma", 2.0}};
  CHECK(merged.violations(bad) ==
        std::vector<std::string>{"mode b needs a count", "slow needs a small sigma"});
}
