// SPDX-License-Identifier: MIT
// Folders and caches of versions before are read; those of versions to come are refused with words.
#include "catch.hpp"
#include "core/files.hpp"
#include "run_command.hpp"
#include "small_pipeline.hpp"
#include "temp_folder.hpp"

#include <nlohmann/json.hpp>

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

struct Shelf {
  TempFolder folder;

  Shelf() { glia::write_file(folder / "p.toml", small_pipeline); }
  Outcome glia(std::vector<std::string> words, const std::string& cache = "off") const {
    words.insert(words.begin(), {"timeout", "60", GLIA_BINARY_DIR "/bin/glia"});
    return run_command(words, {{"GLIA_CACHE_DIR", cache}}, folder.path().string());
  }

  /// The JSON of a file, changed.
  template <class Change>
  void rewrite(const fs::path& name, Change change) const {
    auto json = nlohmann::ordered_json::parse(glia::read_file(folder / name));
    change(json);
    glia::write_file(folder / name, json.dump(2) + '\n');
  }

  /// As a version before wrote it: in this format, if it names one, and without a seal.
  void make_older(const fs::path& name, const char* format = nullptr) const {
    rewrite(name, [&](auto& json) {
      REQUIRE(json.erase("sha256") == 1);
      if (format) json["format"] = format;
    });
  }

  void require_ok(const std::vector<std::vector<std::string>>& commands) const {
    for (const auto& words : commands) {
      const auto told = glia(words);
      INFO(words[0] << ": " << told.out << told.err);
      CHECK(told.code == 0);
      CHECK_THAT(told.out, !Contains("damaged"));
    }
  }

  void refused(const std::vector<std::string>& commands, const std::string& name,
               const std::string& why) const {
    for (const auto& command : commands) {
      const auto told = glia({command, name});
      INFO(command << ": " << told.out << told.err);
      CHECK(told.code == 1);
      CHECK_THAT(told.err, Contains(why) && !Contains("internal error"));
    }
  }
};

}  // namespace

TEST_CASE("A run of a version before is read, and one of a later version is not guessed at") {
  const Shelf shelf;
  REQUIRE(shelf.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  shelf.make_older("r/run.json", "glia-run/1");
  for (const char* name : {"plan", "results", "provenance"}) {
    shelf.make_older(fs::path("r") / (std::string(name) + ".json"));
  }
  shelf.require_ok({{"ls", "."}, {"evaluate", "r"}, {"report", "r"}, {"resume", "r", "-q"}});
  shelf.rewrite("r/run.json", [](auto& json) { json["format"] = "glia-run/9"; });
  shelf.refused({"evaluate", "resume"}, "r",
                "r/run.json: has the format 'glia-run/9', which this glia does not know");
}

TEST_CASE("A sweep of a version before is read, and one of a later version is not guessed at") {
  const Shelf shelf;
  REQUIRE(shelf
              .glia({"sweep", "p.toml", "head.h.train.learning_rate=1e-3,1e-2", "-j", "1", "-q",
                     "-o", "s"})
              .code == 0);
  shelf.make_older("s/plan.json", "glia-sweep-plan/2");
  shelf.make_older("s/sweep.json", "glia-sweep-origin/1");
  shelf.rewrite("s/sweep.json", [](auto& json) { json.erase("pipeline_sha256"); });
  shelf.make_older("s/provenance.json");
  shelf.require_ok({{"ls", "."}, {"status", "s"}, {"report", "s"}, {"resume", "s", "-q"}});
  const auto version = [&](const std::string& name, const char* format) {
    const auto now = glia::read_file(shelf.folder / name);
    shelf.rewrite(name, [&](auto& json) { json["format"] = format; });
    shelf.refused({"resume", "best"}, "s", "which this glia does not know");
    glia::write_file(shelf.folder / name, now);
  };
  version("s/plan.json", "glia-sweep-plan/9");
  version("s/sweep.json", "glia-sweep-origin/9");
  const auto later = run_command({"python3", "-c",
                                  "import sqlite3, sys\n"
                                  "db = sqlite3.connect(sys.argv[1])\n"
                                  "db.execute('PRAGMA user_version = 99')",
                                  (shelf.folder / "s/sweep.sqlite").string()});
  REQUIRE(later.code == 0);
  shelf.refused({"status", "best", "resume"}, "s", "sweep.sqlite has schema 99; this glia knows");
}

TEST_CASE("A note of a cache that lacks what is in it now counts as none") {
  const Shelf shelf;
  const std::string cache = (shelf.folder / "cache").string();
  const auto run = [&](const std::string& out) {
    const auto told = shelf.glia({"run", "p.toml", "-q", "-o", out}, cache);
    INFO(told.err);
    REQUIRE(told.code == 0);
    const auto all = nlohmann::json::parse(glia::read_file(shelf.folder / out / "results.json"));
    CHECK_FALSE(all.at("heads").empty());
    return all;
  };
  const auto first = run("a");
  std::size_t notes = 0;
  for (const auto& note : fs::directory_iterator(fs::path(cache) / "notes")) {
    shelf.rewrite(note.path(), [](auto& json) { REQUIRE(json.erase("identity") == 1); });
    ++notes;
  }
  REQUIRE(notes > 0);
  CHECK(run("b").at("heads") == first.at("heads"));
  for (const auto& note : fs::directory_iterator(fs::path(cache) / "notes")) {
    CHECK_THAT(glia::read_file(note.path()), Contains("\"identity\""));
  }
}
