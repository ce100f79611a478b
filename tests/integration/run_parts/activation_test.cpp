// SPDX-License-Identifier: MIT
// Adding a thing costs one place: an activation of one file, plugin/bump.cpp, is seen by everything that
// reads declarations, and trains in the engine.
#include "catch.hpp"
#include "integration/run/support.hpp"

#include <algorithm>

namespace {

const std::string bump = "{ activation = \"bump\", width = 3 }";
const std::string step = "{ activation = \"elu\" }";

Outcome of_bump(const Workplace& place, std::vector<std::string> words) {
  words.insert(words.begin(), {"--plugin-path", GLIA_BINARY_DIR "/tests/run_parts"});
  return place.glia(words);
}

std::string mistake(const std::string& in_its_place) {
  const Outcome outcome =
      of_bump(Workplace(with(small_pipeline, step, in_its_place)), {"validate", "small.toml"});
  CHECK(outcome.code == 2);
  return outcome.err;
}

/// The key of the head's stage.
std::string key(const Workplace& place, std::vector<std::string> settings) {
  settings.insert(settings.begin(), {"run", "small.toml", "-n", "--json"});
  const Outcome outcome = of_bump(place, settings);
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  const json plan = json::parse(outcome.out);
  for (const auto& stage : plan.at("stages")) {
    if (stage.at("stage") == "astrocytes/train") return stage.at("key");
  }
  return "";
}

}  // namespace

TEST_CASE("an activation of one file is validated, listed, completed and documented") {
  const Workplace place(with(small_pipeline, step, bump));
  CHECK(mistake("{ activation = \"bumb\" }").find("did you mean 'bump'?") != std::string::npos);
  CHECK(mistake("{ activation = \"bump\", widht = 3 }").find("did you mean 'width'?") !=
        std::string::npos);
  CHECK(mistake("{ activation = \"bump\", width = 9 }")
            .find("width must be between 0.5 and 8, not 9") != std::string::npos);
  const json told = json::parse(of_bump(place, {"config", "small.toml", "--json"}).out);
  const auto& settings = told.at("settings");
  const auto is = [](const json& s) { return s.at("path") == "network.matrix.pattern.2.width"; };
  const auto width = std::find_if(settings.begin(), settings.end(), is);
  REQUIRE(width != settings.end());
  CHECK(width->at("value") == 3.0);
  CHECK(width->at("origin").get<std::string>().starts_with("small.toml:"));
  const std::string schema = of_bump(place, {"schema"}).out;
  CHECK(schema.find("How wide the bump is.") != std::string::npos);
  CHECK(of_bump(place, {"plugin", "docs", "bump"})
            .out.find(
                "| `width` | number | `2.0` | between 0.5 and 8 | uM | How wide the bump is. |") !=
        std::string::npos);
}

TEST_CASE("what is set of it is part of the identity, and a network with it trains") {
  const Workplace place(with(small_pipeline, step, bump));
  const std::string path = "network.matrix.pattern.bump.width=";
  CHECK(key(place, {}) == key(place, {path + "3"}));
  CHECK(key(place, {}) != key(place, {path + "2"}));
  const Outcome run = of_bump(place, {"run", "small.toml", "-q", "-o", "run"});
  INFO(run.err);
  REQUIRE(run.code == 0);
  const json curve = place.results("run").at("heads").at("astrocytes").at("curve");
  CHECK(curve.at(1).at("train_loss") < curve.at(0).at("train_loss"));
}
