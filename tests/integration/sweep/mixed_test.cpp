// SPDX-License-Identifier: MIT
// Files of one sweep among those of another, and trials in each other's places.
#include "catch.hpp"
#include "support.hpp"

using Catch::Matchers::Contains;

namespace {

const std::string with_validation = [] {
  std::string text = toy_pipeline;
  const std::string plugin = "plugin = \"toy\"\n";
  return text.replace(text.find(plugin), plugin.size(), plugin + "validation = 0.3\n");
}();

void copy(const Workplace& place, const std::string& from, const std::string& to) {
  fs::copy_file(place / from, place / to, fs::copy_options::overwrite_existing);
}

}  // namespace

TEST_CASE(
    "Files of two sweeps in one folder are told by whatever reads it, and destroyed by none") {
  const Workplace place(with_validation);
  // The same axes and seeds: but for their marks nothing would tell them apart.
  REQUIRE(place.glia({"sweep", "toy.toml", x_axis + "=0,1", "-j", "1", "-q", "-o", "one"}).code ==
          0);
  REQUIRE(place
              .glia({"sweep", "toy.toml", x_axis + "=0,1", "head.answer.train.epochs=2", "-j", "1",
                     "-q", "-o", "two"})
              .code == 0);
  for (const std::string name : {"sweep.sqlite", "plan.json", "sweep.json", "results.json"}) {
    const std::string before = place.read("one/" + name), other = place.read("two/" + name);
    copy(place, "two/" + name, "one/" + name);
    for (const std::string command : {"status", "best", "report", "resume"}) {
      // A report reads results and no store; the others the store and no results.
      if (name == (command == "report" ? "sweep.sqlite" : "results.json")) continue;
      const auto told = place.glia({command, "one"});
      INFO(name << ", " << command << ": " << told.out << told.err);
      CHECK(told.code == 1);
      CHECK_THAT(told.err,
                 Contains("one: files of several sweeps lie here: " + name + " is of 'two-") &&
                     Contains(" of 'one-") &&
                     Contains("hint: put the sweep's own file back from a copy"));
    }
    if (name != "results.json") CHECK_THAT(place.glia({"ls", "."}).out, Contains("damaged"));
    CHECK(place.read("one/" + name) == other);
    place.write("one/" + name, before);
  }
  // Its settings bear no mark; sweep.json has their digest.
  const std::string settings = place.read("one/resolved.toml");
  copy(place, "two/resolved.toml", "one/resolved.toml");
  for (const std::string command : {"report", "compare"}) {
    std::vector<std::string> words{command, "one"};
    if (command == "compare") words.push_back("two");
    const auto told = place.glia(words);
    INFO(command << ": " << told.out << told.err);
    CHECK(told.code == 1);
    CHECK_THAT(told.err,
               Contains("one/resolved.toml: was changed since the sweep was made, or is of "
                        "another one"));
  }
  place.write("one/resolved.toml", settings);
  CHECK(place.glia({"resume", "one", "-q"}).code == 0);
  CHECK(place.glia({"best", "one"}).code == 0);
  CHECK(place.glia({"report", "one"}).code == 0);
  // More trials, a copy of the folder, another name: it stays one sweep.
  REQUIRE(place.glia({"resume", "one", "--extend", x_axis + "=2", "-j", "1", "-q"}).code == 0);
  fs::copy(place / "one", place / "copy", fs::copy_options::recursive);
  CHECK(place.glia({"resume", "copy", "-q"}).code == 0);
  CHECK(place.glia({"report", "copy"}).code == 0);
}

TEST_CASE("A trial in the place of another is told, and not used for it") {
  const Workplace place(with_validation +
                        "[sweep]\nkeep = { best = 9, objective = \"answer.validation_loss\" }\n");
  REQUIRE(place.glia({"sweep", "toy.toml", x_axis + "=0,1", "-j", "1", "-q", "-o", "one"}).code ==
          0);
  REQUIRE(place.glia({"sweep", "toy.toml", x_axis + "=0,1", "-j", "1", "-q", "-o", "two"}).code ==
          0);
  REQUIRE(place.glia({"evaluate", "one/trials/0"}).code == 0);
  for (const std::string from : {"one/trials/1", "two/trials/0"}) {
    fs::rename(place / "one/trials/0", place / "aside");
    fs::copy(place / from, place / "one/trials/0", fs::copy_options::recursive);
    const std::string named = "'" + from.substr(0, 3) + "-";
    for (const std::string command : {"evaluate", "report"}) {
      const auto told = place.glia({command, "one/trials/0"});
      INFO(from << ", " << command << ": " << told.err);
      CHECK(told.code == 1);
      CHECK_THAT(told.err, Contains("one/trials/0/run.json: is of " + named) &&
                               Contains("and this is the place of 'one-") &&
                               Contains("hint: put that trial's own folder back"));
    }
    const auto best = place.glia({"best", "one", "--objective", "answer.validation_loss"});
    INFO(best.err);
    CHECK(best.code == 0);
    CHECK_THAT(best.out, !Contains("one/trials/0\n") && Contains("one/trials/1\n"));
    CHECK_THAT(best.err, Contains("one/trials/0/run.json: is of " + named));
    fs::remove_all(place / "one/trials/0");
    fs::rename(place / "aside", place / "one/trials/0");
  }
  // Its results alone; and outside of the sweep a trial is a run as any other.
  fs::copy(place / "one/trials/0", place / "own", fs::copy_options::recursive);
  copy(place, "one/trials/1/results.json", "one/trials/0/results.json");
  CHECK_THAT(place.glia({"report", "one/trials/0"}).err,
             Contains("one/trials/0/results.json is of another run"));
  CHECK(place.glia({"report", "own"}).code == 0);
  CHECK(place.glia({"evaluate", "own"}).code == 0);
}
