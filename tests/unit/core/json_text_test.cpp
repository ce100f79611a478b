// SPDX-License-Identifier: MIT
#include "core/json_text.hpp"

#include "catch.hpp"
#include "core/nesting.hpp"

#include <glia/sdk/error.hpp>

#include <string>
#include <vector>

using glia::json_text;
using glia::perhaps_json;
using glia::perhaps_ordered_json;
using glia::read_json;
using glia::read_ordered_json;
using nlohmann::json;
using nlohmann::ordered_json;

namespace {

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

std::string object_of(std::size_t members) {
  std::string text = "{";
  for (std::size_t i = 0; i < members; ++i) {
    text += (i ? ",\"" : "\"") + std::to_string(i) + "\":0";
  }
  return text + '}';
}

}  // namespace

TEST_CASE("json text: what is read is what was written, in its order where that is asked for") {
  const std::string text = R"({"b":1,"a":[true,null,0.1]})";
  CHECK(json_text(read_ordered_json(text)) == text);
  CHECK(json_text(read_json(text)) == R"({"a":[true,null,0.1],"b":1})");
  CHECK(json_text(read_json("[1]"), 2) == "[\n  1\n]");
  CHECK(perhaps_json(text) == read_json(text));
  CHECK(perhaps_ordered_json(text) == read_ordered_json(text));
}

TEST_CASE("json text: a text that is none is refused, or is no object") {
  for (const char* bad : {"", "{", "nan", "{\"a\":1} {}", "\xff"}) {
    INFO(bad);
    CHECK_THROWS_AS(read_json(bad), json::exception);
    CHECK_THROWS_AS(read_ordered_json(bad), json::exception);
    CHECK(perhaps_json(bad).is_discarded());
    CHECK(perhaps_ordered_json(bad).is_discarded());
  }
}

TEST_CASE("json text: depth and members are limited wherever JSON is read") {
  CHECK_NOTHROW(read_json(nested(glia::deepest_nesting)));
  const std::string deep = nested(100'000);
  CHECK_THROWS_AS(read_json(deep), glia::Error);
  CHECK_THROWS_AS(read_ordered_json(deep), glia::Error);
  CHECK(perhaps_json(deep).is_discarded());
  CHECK(perhaps_ordered_json(deep).is_discarded());

  CHECK(read_ordered_json(object_of(glia::most_ordered_members)).size() ==
        glia::most_ordered_members);
  const std::string wide = object_of(glia::most_ordered_members + 1);
  CHECK_NOTHROW(read_json(wide));
  CHECK_THROWS_AS(read_ordered_json(wide), glia::Error);
  CHECK(perhaps_ordered_json(wide).is_discarded());
}

TEST_CASE("json text: whoever looks on hears of each name, and may leave values out") {
  std::vector<std::string> names;
  const json kept =
      read_json(R"({"a":{"b":1},"c":2})", [&](int, json::parse_event_t event, json& j) {
        if (event == json::parse_event_t::key) names.push_back(j.get<std::string>());
        return event != json::parse_event_t::object_end || !j.contains("b");
      });
  CHECK(names == std::vector<std::string>{"a", "b", "c"});
  CHECK(kept == json{{"c", 2}});
}

TEST_CASE(
    "json text: bytes that are not UTF-8 are replaced, or refused where they must come back") {
  const json name = std::string("a\xff");
  CHECK(json_text(name) == "\"a\xEF\xBF\xBD\"");
  CHECK(json_text(ordered_json(name)) == "\"a\xEF\xBF\xBD\"");
  CHECK_THROWS_AS(glia::exact_json_text(name), json::exception);
  CHECK_THROWS_AS(glia::exact_json_text(ordered_json(name)), json::exception);
  CHECK(glia::exact_json_text(json("ä")) == "\"ä\"");
}
