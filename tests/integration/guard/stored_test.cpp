// SPDX-License-Identifier: MIT
// What a run has left, damaged by others; and hints that have to be right.
#include "catch.hpp"
#include "core/files.hpp"
#include "run_command.hpp"
#include "small_pipeline.hpp"
#include "temp_folder.hpp"

#include <chrono>

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

struct Place {
  TempFolder folder;

  Place() { glia::write_file(folder / "p.toml", small_pipeline); }
  Outcome glia(std::vector<std::string> words) const {
    words.insert(words.begin(), {"timeout", "60", GLIA_BINARY_DIR "/bin/glia"});
    return run_command(words, {{"GLIA_CACHE_DIR", "off"}}, folder.path().string());
  }
  std::string read(const std::string& name) const { return glia::read_file(folder / name); }
  void write(const std::string& name, const std::string& text) const {
    glia::write_file(folder / name, text);
  }
};

}  // namespace

TEST_CASE("A run's plan that is damaged is named, and destroys nothing") {
  const Place p;
  REQUIRE(p.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  const auto plan = p.read("r/plan.json"), results = p.read("r/results.json");
  const auto refused = [&](const std::string& text, const std::string& why) {
    p.write("r/plan.json", text);
    for (const auto& words : {std::vector<std::string>{"resume", "r"},
                              std::vector<std::string>{"run", "p.toml", "-o", "r", "--resume"}}) {
      const auto told = p.glia(words);
      INFO(words[0] << ": " << told.err);
      CHECK(told.code == 1);
      CHECK_THAT(told.err, Contains("r/plan.json") && Contains(why) && Contains("from a copy") &&
                               !Contains("internal error"));
    }
    CHECK(p.read("r/results.json") == results);
  };
  refused("", "not valid JSON");
  refused(std::string(100'000, '['), "nests more than 100 deep");
  refused("{}", "damaged");
  refused("{\"stages\": [1]}", "damaged");
  refused("{\"stages\": [{\"stage\": 1, \"key\": [], \"identity\": {}}]}", "damaged");
  std::string edited = plan;
  const auto at = edited.find("\"key\": \"") + 8;
  edited[at] = edited[at] == '0' ? '1' : '0';
  refused(edited, "was changed since glia wrote it");
  p.write("r/plan.json", plan);
  CHECK(p.glia({"resume", "r", "-q"}).code == 0);
}

TEST_CASE("What is too long to be a text is not read to its end") {
  const Place p;
  REQUIRE(p.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  for (const std::string name : {"plan.json", "resolved.toml", "results.json", "provenance.json"}) {
    const auto before = p.read("r/" + name);
    fs::resize_file(p.folder / ("r/" + name), std::uintmax_t{3} << 30);
    for (const std::string command : {"resume", "evaluate", "report", "ls"}) {
      const auto start = std::chrono::steady_clock::now();
      const auto told = p.glia({command, command == "ls" ? "." : "r"});
      INFO(name << ", " << command << ": " << told.err);
      CHECK(told.code != 124);
      CHECK(told.code < 128);
      CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(20));  // a busy machine
    }
    p.write("r/" + name, before);
  }
  CHECK(p.glia({"resume", "r", "-q"}).code == 0);
}

TEST_CASE("Hints hold at the ends of 64-bit numbers") {
  const Place p;
  p.write("w.toml", small_pipeline.substr(0, small_pipeline.find("pattern")) +
                        "narrow_to = 9223372036854775807\npattern = [{ wave = \"gather\" }]\n" +
                        small_pipeline.substr(small_pipeline.find("[head")));
  const auto narrow = p.glia({"validate", "w.toml"});
  CHECK(narrow.code == 2);
  CHECK_THAT(narrow.err, Contains("the row has only") && !Contains("-9223372036854775807"));
  const auto seeds = p.glia({"sweep", "p.toml", "--seeds", "9223372036854775807", "-n"});
  CHECK(seeds.code == 2);
  CHECK_THAT(seeds.err, Contains("at most 1000000 seeds"));
}

TEST_CASE("What is wrong with a sweep's axes is told where the file is checked") {
  const Place p;
  const std::string axes =
      "\n[sweep.axes]\n\"bad.path\" = [1, 2]\n\"network.n.patern\" = [3]\n"
      "\"head.h.train.epochs\" = [1, 2, \"x\"]\n";
  p.write("a.toml", small_pipeline + axes);
  const auto told = p.glia({"validate", "a.toml"});
  INFO(told.err);
  CHECK(told.code == 2);
  CHECK_THAT(told.err, Contains("a.toml:15:15: error: unknown table 'bad'") &&
                           Contains("a.toml:16:23: error: unknown key 'patern'") &&
                           Contains("a.toml:17:32: error: epochs must be an integer"));
  p.write("g.toml", small_pipeline + "\n[sweep.axes]\n\"head.h.train.epochs\" = [1, 2, 3]\n");
  CHECK(p.glia({"validate", "g.toml"}).code == 0);
  const std::string drawn = small_pipeline +
                            "\n[sweep]\nsamples = 4\n[sweep.axes]\n"
                            "\"head.h.train.learning_rate\" = { uniform = [0.0, 1.0] }\n";
  p.write("d.toml", drawn);
  CHECK(p.glia({"validate", "d.toml"}).code == 0);  // 0 is not legal, and is not drawn either
  p.write("e.toml", drawn + "\"head.h.train.epochs\" = { uniform = [-5, 5] }\n");
  const auto of_ends = p.glia({"validate", "e.toml"});
  INFO(of_ends.err);
  CHECK(of_ends.code == 2);
  CHECK_THAT(of_ends.err, Contains("e.toml:18:1: error: epochs must be"));
}
