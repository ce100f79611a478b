// SPDX-License-Identifier: MIT
#include "core/sealed_json.hpp"

#include "catch.hpp"

#include <glia/sdk/error.hpp>

#include <vector>

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

TEST_CASE("What older versions wrote without a seal is read, and a format of a newer one is not") {
  const nlohmann::ordered_json note{{"format", "note/2"}, {"a", 1}};
  const auto read = [](const nlohmann::ordered_json& json) {
    return glia::parse_format(json.dump(), "F", "note/2", {"note/1"});
  };
  CHECK(read(glia::sealed(note)) == note);
  CHECK_THROWS_WITH(read(note), "F: has no checksum: damaged, or of an older glia");
  auto older = note;
  older["format"] = "note/1";
  CHECK(read(older) == older);
  CHECK(read(glia::sealed(older)) == older);
  auto edited = glia::sealed(older);
  edited["a"] = 2;
  CHECK_THROWS_WITH(read(edited), "F: was changed since glia wrote it, or is damaged");
  auto newer = note;
  newer["format"] = "note/3";
  CHECK_THROWS_WITH(read(glia::sealed(newer)),
                    "F: has the format 'note/3', which this glia does not know");
  const std::vector<nlohmann::ordered_json> unnamed{
      nullptr, {{"format", 2}}, nlohmann::ordered_json::array()};
  for (const auto& none : unnamed) {
    CHECK_THROWS_WITH(read(none), "F: damaged: it names no format");
  }
  CHECK(glia::parse_perhaps_sealed(note.dump(), "F") == note);
  CHECK(glia::parse_perhaps_sealed(glia::sealed(note).dump(), "F") == note);
  CHECK_THROWS_WITH(glia::parse_perhaps_sealed(edited.dump(), "F"),
                    "F: was changed since glia wrote it, or is damaged");
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

TEST_CASE("A text that is written anew with the digest of before is one that was changed") {
  auto all = nlohmann::ordered_json::parse(glia::sealed_text("{\"a\":1,\"b\":{\"sha256\":\"x\"}"));
  CHECK_THROWS_WITH(glia::require_seal(all.dump(2), "F"),
                    "F: was changed since glia wrote it, or is damaged");
  all["after"] = 1;
  CHECK_THROWS_AS(glia::require_seal(all.dump(), "F"), glia::Error);
  all.erase("sha256");
  CHECK_NOTHROW(glia::require_seal(all.dump(2), "F"));
}
