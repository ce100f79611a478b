// SPDX-License-Identifier: MIT
// From a sweep to its best settings, and what lies in a folder of runs.
#include "support.hpp"

#include <algorithm>
#include <map>

namespace {

const std::string one_head =
    validated_pipeline.substr(0, validated_pipeline.find("[head.neurons]"));
const std::string axis = "head.astrocytes.train.learning_rate";

std::vector<std::string> sweep_words() {
  return {"sweep",   "small.toml", axis + "=1e-5,4e-3",
          "--seeds", "3",          "-q",
          "-o",      "runs/rates", "encoder.latent.train.epochs=1"};
}

/// Works the list of `glia best --json` out again from the results.json of its sweep.
void check_ranking(const json& best, const json& results) {
  REQUIRE(best.size() == 2);
  std::map<std::string, std::vector<double>> points;
  for (const auto& trial : results.at("trials")) {
    points[trial.at("values").at(axis).dump()].push_back(
        trial.at("heads").at("astrocytes").at("validation_accuracy").get<double>());
  }
  REQUIRE(points.size() == 2);
  for (auto& [value, found] : points) std::sort(found.begin(), found.end());
  for (const auto& point : best) {
    CHECK(point.at("n") == 3);
    CHECK(point.at("trials").size() == 3);
    CHECK(point.at("objective") == points.at(point.at("settings").at(axis).dump()).at(1));
  }
  CHECK(best[0].at("objective").get<double>() >= best[1].at("objective").get<double>());
}

/// Wherever the folder of that run lies, it measures what its trial has recorded, to the bit.
void check_elsewhere(const Workplace& place, const std::string& run, const json& best,
                     const json& results) {
  fs::create_directory(place / "elsewhere");
  fs::rename(place / run, place / "elsewhere/again");
  json recorded;
  const json seed = place.results("elsewhere/again").at("seed");
  for (const std::size_t trial : best.at("trials")) {
    const json& found = results.at("trials").at(trial);
    if (found.at("seed") == seed) recorded = found.at("heads").at("astrocytes");
  }
  REQUIRE(recorded.is_object());
  const json measured =
      json::parse(place.glia({"evaluate", "elsewhere/again", "split=validation", "--json"}).out);
  for (const auto& [key, value] : measured.at("heads").at("astrocytes").items()) {
    INFO(key);
    if (key.starts_with("validation_")) CHECK(value == recorded.at(key));
    if (key == "confusion") {
      CHECK(value.at("validation") == recorded.at(key).at("validation"));
    }
  }
  CHECK(measured.at("heads").at("astrocytes").at("validation_accuracy") == best.at("objective"));
  fs::rename(place / "elsewhere/again", place / run);
}

}  // namespace

TEST_CASE("the best settings are those of the best median on validation") {
  const Workplace place(one_head);
  const Outcome swept = place.glia(sweep_words());
  INFO(swept.err);
  REQUIRE(swept.code == 0);
  const Outcome told = place.glia({"best", "rates", "--json", "-o", "made/here/best.toml"});
  INFO(told.err);
  REQUIRE(told.code == 0);
  fs::rename(place / "made/here/best.toml", place / "best.toml");
  const json best = json::parse(told.out);
  const json results = place.results("runs/rates");
  check_ranking(best, results);
  CHECK(json::parse(place.glia({"best", "rates", "-n", "1", "--json"}).out).size() == 1);

  // The command trains it in full, to the number that it was chosen by.
  const Outcome rerun =
      run_command({"sh", "-c", best[0].at("command").get<std::string>() + " -q -o runs/again"}, {},
                  place.cwd());
  INFO(rerun.err);
  REQUIRE(rerun.code == 0);
  CHECK(place.results("runs/again").at("heads").at("astrocytes").at("validation_accuracy") ==
        best[0].at("objective"));
  check_elsewhere(place, "runs/again", best[0], results);

  // The report of the sweep calls the classes by their names, as that of a run does.
  REQUIRE(place.glia({"report", "rates"}).code == 0);
  CHECK(place.read("runs/rates/report.html").find("ankle boot called") != std::string::npos);

  const Outcome by_file = place.glia({"run", "best.toml", "-q", "-o", "runs/by_file"});
  INFO(by_file.err);
  REQUIRE(by_file.code == 0);
  CHECK(place.heads("runs/by_file") == place.heads("runs/again"));

  // One floor too high it is said where they are.
  CHECK(place.glia({"ls", "."}).err ==
        "no runs or sweeps in ., but in folders of it: glia ls runs\n");
  const json listed = json::parse(place.glia({"ls", "--json"}).out);
  REQUIRE(listed.size() == 3);
  CHECK(listed[0].at("name") == "again");
  CHECK(listed[0].at("kind") == "run");
  CHECK(listed[0].at("status") == "ok");
  CHECK(listed[0].at("best").at("metric") == "validation_accuracy");
  CHECK(listed[2].at("name") == "rates");
  CHECK(listed[2].at("kind") == "sweep");
  CHECK(listed[2].at("trials").at("ok") == 6);
  CHECK(listed[2].at("best").at("value") == best[0].at("objective"));
}

TEST_CASE("nothing is chosen by the test split, nor by what no trial reports") {
  const Workplace place(with(one_head, "\nvalidation = 0.2", ""));
  const Outcome swept = place.glia(sweep_words());
  INFO(swept.err);
  REQUIRE(swept.code == 0);
  const auto refusal = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"best", "rates"});
    const Outcome outcome = place.glia(words);
    CHECK(outcome.code == 2);
    return outcome.err;
  };
  CHECK(refusal({}).find("give the dataset `validation = 0.1`") != std::string::npos);
  CHECK(refusal({"--objective", "astrocytes.test_accuracy"}).find("test split") !=
        std::string::npos);
  CHECK(refusal({"--objective", "astrocyte.validation_accuracy"}).find("did you mean") !=
        std::string::npos);
  CHECK(refusal({"--objective", "accuracy"}).find("HEAD.METRIC") != std::string::npos);
  CHECK(refusal({"--objective", "astrocytes.zebra"}).find("'validation_balanced_accuracy'") !=
        std::string::npos);
  CHECK(place.glia({"evaluate", "rates"}).err.find("holds a sweep") != std::string::npos);
}
