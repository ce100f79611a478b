// SPDX-License-Identifier: MIT
#include "core/sealed_json.hpp"

#include "catch.hpp"

#include <glia/sdk/error.hpp>

TEST_CASE("A sealed object reads back as it was, and no flipped bit goes unseen") {
  const nlohmann::ordered_json plan{
      {"seed", 9223372036854775807}, {"rate", 0.1}, {"small", 5e-324}, {"names", {"a", "b"}}};
  const std::string text = glia::sealed(plan).dump(2);
  CHECK(glia::parse_sealed(text, "F") == plan);
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const int bit : {0, 1, 6}) {
      std::string damaged = text;
      damaged[i] = static_cast<char>(damaged[i] ^ 1 << bit);
      try {
        const auto read = glia::parse_sealed(damaged, "F");
        CHECK(read == plan);  // a blank became another blank
      } catch (const glia::Error& e) {
        CHECK(std::string(e.what()).starts_with("F: "));
      }
    }
  }
  CHECK_THROWS_WITH(glia::parse_sealed(plan.dump(), "F"),
                    "F: has no checksum: damaged, or of an older glia");
}

TEST_CASE("A text that is sealed as it is has no byte that could change unseen before its seal") {
  const std::string text = glia::sealed_text("{\"a\":1,\n\"b\":[2.50]");
  const std::size_t content = text.find(",\"sha256\":\"");
  REQUIRE(content == 18);
  CHECK(nlohmann::json::parse(text).at("b").at(0) == 2.5);
  CHECK_NOTHROW(glia::require_seal(text, "F"));
  CHECK_NOTHROW(glia::require_seal(text.substr(0, text.size() - 1), "F"));  // by an editor
  for (std::size_t i = 0; i < content; ++i) {
    auto damaged = text;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    CHECK_THROWS_WITH(glia::require_seal(damaged, "F"),
                      "F: was changed since glia wrote it, or is damaged");
  }
  auto other = text;
  other[content + 12] = other[content + 12] == '0' ? '1' : '0';
  CHECK_THROWS_AS(glia::require_seal(other, "F"), glia::Error);
  for (const std::string none : {"", "{}", "\n\n", "\"}", "{\"a\":1}\n"}) {
    CHECK_NOTHROW(glia::require_seal(none, "F"));
  }
}
