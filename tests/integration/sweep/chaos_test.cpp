// SPDX-License-Identifier: MIT
// Many trials at once, most of which go wrong in some way: exactly the others succeed, with the
// numbers that they have alone. $GLIA_CHAOS_TRIALS makes it a drill: 1000, say.
#include "catch.hpp"
#include "support.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace {

const std::string leaves_axis = "network.net.pattern.trouble.leaves";
const std::set<std::string> harmless{"none", "nothing", "fork", "chdir"};

std::string quoted(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "\"" : ", \"") + word + '"';
  return '[' + text + ']';
}

/// The numbers from 0 on, so many.
std::string numbers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += (i == 0 ? "" : ", ") + std::to_string(0.01 * i);
  return '[' + text + ']';
}

}  // namespace

TEST_CASE("Among trials that do all that a plugin can do, exactly the harmless ones succeed",
          "[chaos]") {
  const Workplace place;
  const std::vector<std::string> modes{"none",  "segfault",     "abort",        "exit",
                                       "throw", "throw_number", "not_a_number", "grab"};
  const std::vector<std::string> leaves{"change", "close", "fork", "chdir", "round", "denormals"};
  const char* wanted = std::getenv("GLIA_CHAOS_TRIALS");
  const int each = std::max(
      3, (wanted ? std::atoi(wanted) : 0) / static_cast<int>(modes.size() + leaves.size()));
  const std::string xs = numbers(each);
  const std::string axis = "\"" + x_axis + "\" = " + xs;
  place.write("toy.toml", toy_pipeline + "[sweep.axes]\n" + axis + '\n');
  REQUIRE(place.glia({"sweep", "toy.toml", "-j", "2", "-q", "-o", "alone"}).code == 0);
  std::map<std::string, std::string> alone;
  for (const json& trial : place.trials("alone")) {
    alone[trial.at("values").at(x_axis).dump()] = trial.at("heads").dump();
  }
  place.write("toy.toml", toy_pipeline + "[sweep.axes]\n\"" + x_axis + "\" = " + xs + "\n\"" +
                              mode_axis + "\" = " + quoted(modes) +
                              "\n[[sweep.also]]\naxes = { \"" + x_axis + "\" = " + xs + ", \"" +
                              leaves_axis + "\" = " + quoted(leaves) +
                              " }\n[[sweep.also]]\naxes = { \"" + x_axis + "\" = [0], \"" +
                              mode_axis + "\" = [\"hang\", \"leak\"] }\n");
  const auto done = place.glia({"sweep", "toy.toml", "-j", "2", "--retries", "0", "--timeout",
                                "20s", "--memory", "1GiB", "-q", "-o", "out"});
  INFO(done.err);
  CHECK(done.code == 3);
  std::size_t seen = 0;
  for (const json& trial : place.trials("out")) {
    const json& values = trial.at("values");
    const auto mode = values.value(mode_axis, "none"), left = values.value(leaves_axis, "nothing");
    INFO(mode << ", leaves " << left << ": " << trial.at("error"));
    ++seen;
    const bool well = harmless.count(mode) && harmless.count(left);
    CHECK(trial.at("status") == (well ? "ok" : "failed"));
    if (well) CHECK(trial.at("heads").dump() == alone.at(values.at(x_axis).dump()));
    if (left == "round" || left == "denormals") {
      CHECK(trial.at("error").get<std::string>().find("rounding or denormal mode") !=
            std::string::npos);
    }
  }
  CHECK(seen >= static_cast<std::size_t>(each) * (modes.size() + leaves.size()));
}
