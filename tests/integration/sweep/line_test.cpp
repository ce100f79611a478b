// SPDX-License-Identifier: MIT
// Host and workers talk over pipes that a plugin finds in its process.
#include "catch.hpp"
#include "support.hpp"

using Catch::Matchers::Contains;

TEST_CASE("Whatever a plugin writes on its worker's line to the sweep is no result, and is named") {
  const Workplace place;
  for (const std::string mode : {"forge", "babble"}) {
    const auto done = place.glia({"sweep", "toy.toml", mode_axis + "=none," + mode, "-j", "1",
                                  "--retries", "0", "-o", mode});
    INFO(done.err);
    CHECK(done.code == 3);
    const auto trials = place.trials(mode);
    CHECK(trials.at(0).at("status") == "ok");
    CHECK(trials.at(1).at("status") == "failed");
    CHECK_THAT(trials.at(1).at("error").get<std::string>(),
               Contains("something wrote on its line to the sweep that is not glia's"));
  }
  // Standard input holds no jobs, and does not keep it waiting.
  const auto done = place.glia(
      {"sweep", "toy.toml", mode_axis + "=listen,none", "-j", "1", "--retries", "0", "-o", "out"});
  INFO(done.err);
  CHECK(done.code == 0);
}
