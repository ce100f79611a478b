// SPDX-License-Identifier: MIT
// `keep = { best = N }`: the networks of the best trials stay, as runs.
#include "catch.hpp"
#include "support.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace {

/// With samples to choose by.
const std::string toy = [] {
  std::string text = toy_pipeline;
  const std::string plugin = "plugin = \"toy\"\n";
  return text.replace(text.find(plugin), plugin.size(), plugin + "validation = 0.3\n");
}();

std::set<std::string> folders_in(const Workplace& place, const std::string& name) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(place / name)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

/// Numbers of the best two trials: the lower loss, and then the lower number.
std::set<std::string> best_two(const Workplace& place, const std::string& sweep) {
  std::vector<std::pair<double, int>> losses;
  for (const auto& trial : place.trials(sweep)) {
    REQUIRE(trial.at("status") == "ok");
    losses.emplace_back(trial.at("heads").at("answer").at("validation_loss").get<double>(),
                        trial.at("trial").get<int>());
  }
  std::sort(losses.begin(), losses.end());
  return {std::to_string(losses.at(0).second), std::to_string(losses.at(1).second)};
}

const std::string keep_two =
    "[sweep]\nseeds = 2\nkeep = { best = 2, objective = \"answer.validation_loss\" }\n";

}  // namespace

TEST_CASE("the best trials keep their networks as runs, on any number of workers") {
  const Workplace place(toy + keep_two);
  const std::string values = x_axis + "=0,0.3,0.7";
  for (const std::string workers : {"1", "3"}) {
    const auto done = place.glia({"sweep", "toy.toml", values, "-j", workers, "-o", workers});
    INFO(done.err);
    REQUIRE(done.code == 0);
    CHECK(folders_in(place, workers + "/trials") == best_two(place, workers));
  }
  // Equal to the bit to the trials of a sweep that keeps nothing.
  REQUIRE(place.glia({"sweep", "toy.toml", values, "sweep.keep.best=6", "-o", "all"}).code == 0);
  CHECK(place.numbers("all") == place.numbers("1"));
  CHECK(folders_in(place, "all/trials").size() == 6);
  const Workplace plain(toy + "[sweep]\nseeds = 2\n");
  REQUIRE(plain.glia({"sweep", "toy.toml", values, "-o", "1"}).code == 0);
  CHECK(plain.numbers("1") == place.numbers("1"));
  CHECK_FALSE(plain.has("1/trials"));

  for (const auto& trial : folders_in(place, "1/trials")) {
    const auto measured = place.glia({"evaluate", "1/trials/" + trial, "--json"});
    INFO(measured.err);
    REQUIRE(measured.code == 0);
    const json head = json::parse(measured.out).at("heads").at("answer");
    const json recorded = place.trials("1").at(std::stoul(trial)).at("heads").at("answer");
    CHECK(head.at("test_accuracy") == recorded.at("test_accuracy"));
    CHECK(head.at("test_loss") == recorded.at("test_loss"));
  }
  const auto best =
      place.glia({"best", "1", "--json", "-n", "9", "--objective", "answer.validation_loss"});
  std::set<std::string> named;
  for (const auto& point : json::parse(best.out)) {
    for (const auto& folder : point.at("kept")) {
      named.insert(fs::path(folder.get<std::string>()).filename().string());
    }
  }
  CHECK(named == best_two(place, "1"));
}

TEST_CASE("a sweep that goes on keeps the best of all, and removes what was left over") {
  const Workplace place(toy + keep_two);
  REQUIRE(place.glia({"sweep", "toy.toml", x_axis + "=0,0.3", "-o", "out"}).code == 0);
  const auto before = folders_in(place, "out/trials");
  std::string other = "0";  // as if it had been cut off before it was removed
  while (before.contains(other)) other = std::to_string(std::stoi(other) + 1);
  fs::create_directories(place / ("out/trials/" + other));
  place.write("out/trials/" + other + "/resolved.toml", "left over");
  const auto more = place.glia({"resume", "out", "--extend", x_axis + "=0.7,0.9"});
  INFO(more.err);
  REQUIRE(more.code == 0);
  CHECK(place.trials("out").size() == 8);
  CHECK(folders_in(place, "out/trials") == best_two(place, "out"));
}

TEST_CASE("what cannot be kept by is refused before anything is made") {
  const auto refused = [](const std::string& pipeline, const std::string& words) {
    const Workplace place(pipeline);
    const auto ended = place.glia({"sweep", "toy.toml", x_axis + "=0,1", "-o", "out"});
    INFO(ended.err);
    CHECK(ended.code == 2);
    CHECK(ended.err.find(words) != std::string::npos);
    CHECK_FALSE(place.has("out"));
  };
  refused(toy_pipeline + keep_two,
          "'keep' chooses by validation, and dataset 'toy' keeps no samples for it");
  refused(toy + "[sweep]\nkeep = { best = 1, objective = \"anser.validation_loss\" }\n",
          "no head 'anser'");
  refused(toy + "[sweep]\nkeep = { best = 1, objective = \"answer.test_accuracy\" }\n",
          "must not be of the test split");
  refused(toy + "[sweep]\nkeep = { best = 0 }\n", "best");
  refused(toy + "[sweep]\nkeep = { objective = \"answer.validation_loss\" }\n", "'best'");
  refused(toy + "[sweep]\nkeep = { best = 1, objective = \"answer.loss\" }\n",
          "head 'answer' reports no 'loss', by which trials are to be judged\n  hint: it reports "
          "'validation_loss', 'validation_accuracy', ");
  refused(toy + "[sweep]\nkeep = { best = 1, objective = \"answer.validation_wrong_loss\" }\n",
          "did you mean 'validation_loss'?");
  refused(toy +
              "[sweep]\nkeep = { best = 1 }\nsampler = \"tpe\"\ntrials = 3\n"
              "objective = \"answer.validation_mean_loss\"\n",
          "head 'answer' reports no 'validation_mean_loss'");
}
