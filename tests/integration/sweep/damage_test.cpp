// SPDX-License-Identifier: MIT
// What was stored of a sweep, damaged by others: told alike by whoever looks, and in plain words.
#include "catch.hpp"
#include "support.hpp"

using Catch::Matchers::Contains;

namespace {

void change_store(const Workplace& place, const std::string& sql) {
  const auto done = run_command({"python3", "-c",
                                 "import sqlite3, sys\n"
                                 "db = sqlite3.connect('out/sweep.sqlite')\n"
                                 "db.executescript(sys.argv[1])\n"
                                 "db.commit()",
                                 sql},
                                {}, place.cwd());
  INFO(done.err);
  REQUIRE(done.code == 0);
}

/// What a message must not have: names of SQLite's and of the library for JSON, a name twice.
void check_plain(const std::string& message, const std::string& file) {
  for (const char* part : {"file:", "immutable", "json.exception", "internal error"}) {
    CHECK_THAT(message, !Contains(part));
  }
  const auto line = message.substr(0, message.find('\n'));
  const auto first = line.find(file);
  CHECK(first != std::string::npos);
  CHECK(line.find(file, first + 1) == std::string::npos);
}

}  // namespace

TEST_CASE("ls and status tell the same of a store, whatever of it is damaged") {
  const Workplace place;
  REQUIRE(place.glia({"sweep", "toy.toml", x_axis + "=0,1", "-j", "1", "-o", "out"}).code == 0);
  fs::copy_file(place / "out/sweep.sqlite", place / "whole");
  for (const std::string table : {"info", "settings", "trials", "heads", "attempts", "nothing"}) {
    for (const char* sql :
         {"UPDATE {} SET sha256 = 'x' WHERE sha256 = (SELECT max(sha256) FROM {})",
          "DELETE FROM {} WHERE sha256 = (SELECT max(sha256) FROM {})"}) {
      fs::copy_file(place / "whole", place / "out/sweep.sqlite",
                    fs::copy_options::overwrite_existing);
      std::string text = sql;
      for (auto at = text.find("{}"); at != std::string::npos; at = text.find("{}")) {
        text.replace(at, 2, table);
      }
      if (table != "nothing") change_store(place, text);
      INFO(text);
      const auto status = place.glia({"status", "out"}), listed = place.glia({"ls", "out"});
      CHECK((status.code == 0) == (listed.out.find("damaged") == std::string::npos));
      const bool told = table == "info" || table == "trials" || table == "heads";
      CHECK((status.code == 0) == !told);
      if (told) check_plain(status.err, "out/sweep.sqlite");
      const auto resumed = place.glia({"resume", "out"});
      INFO(resumed.err);
      CHECK((resumed.code == 0) == (table == "nothing"));
      if (table != "nothing") check_plain(resumed.err, "out/sweep.sqlite");
    }
  }
}

TEST_CASE(
    "Files of a sweep that are cut or overwritten are told in plain words, with their name once") {
  const Workplace place;
  REQUIRE(place.glia({"sweep", "toy.toml", x_axis + "=0,1", "-j", "1", "-o", "out"}).code == 0);
  for (const std::string name :
       {"plan.json", "sweep.json", "results.json", "provenance.json", "sweep.sqlite"}) {
    const auto whole = place.read("out/" + name);
    const bool is_text = name != "sweep.sqlite";  // of a store many bytes are of no use
    for (const std::string& damaged :
         {whole.substr(0, whole.size() / 2), std::string(whole.size(), 'x'), std::string("{}"),
          is_text ? whole.substr(0, whole.size() / 3) + "xyz" + whole.substr(whole.size() / 3 + 3)
                  : std::string("x")}) {
      place.write("out/" + name, damaged);
      for (const std::string command : {"status", "report", "resume"}) {
        if (command == "resume" && (name == "results.json" || name == "provenance.json")) continue;
        const auto told = place.glia({command, "out"});
        INFO(name << " (" << damaged.size() << " of " << whole.size() << " bytes), " << command
                  << ": " << told.err);
        CHECK(told.code < 2);
        if (told.code == 1) check_plain(told.err, "out/" + name);
        if (command == "resume") CHECK(told.code == 1);
      }
    }
    place.write("out/" + name, whole);
  }
}

TEST_CASE("A sweep that has lost its store is told so, and never taken for a run") {
  const Workplace here;
  REQUIRE(here.glia({"sweep", "toy.toml", "--seeds", "1", "-q", "-o", "out"}).code == 0);
  fs::remove(here / "out/sweep.sqlite");
  for (const std::string command : {"status", "resume", "best"}) {
    const auto told = here.glia({command, "out"});
    INFO(command << ": " << told.err);
    CHECK(told.code == 1);
    CHECK_THAT(told.err,
               Contains("out: the sweep has lost its sweep.sqlite") && !Contains("holds a run"));
  }
}

TEST_CASE("Seeds that are given twice are refused, and counted from one that is set") {
  const Workplace here;
  for (const std::string seeds : {"pipeline.seed=5,6,7", "seeds=4", "pipeline.seed=range(1,3)"}) {
    const auto told = here.glia({"sweep", "toy.toml", seeds, "--seeds", "2", "-n"});
    INFO(told.err);
    CHECK(told.code == 2);
    CHECK_THAT(told.err, Contains("seeds are given twice: --seeds 2 and " + seeds));
  }
  CHECK(here.glia({"sweep", "toy.toml", "pipeline.seed=5", "--seeds", "2", "-n"}).code == 0);
}

TEST_CASE("A sweep's provenance that was changed is kept, and a new one begins") {
  const Workplace place;
  REQUIRE(place.glia({"sweep", "toy.toml", x_axis + "=0,1", "-j", "1", "-o", "out"}).code == 0);
  auto text = place.read("out/provenance.json");
  const auto at = text.find("\"version\": \"0") + 12;
  text[at] = '9';
  place.write("out/provenance.json", text);
  const auto report = place.glia({"report", "out"});
  CHECK(report.code == 1);
  CHECK_THAT(report.err, Contains("out/provenance.json: was changed since glia wrote it") &&
                             Contains("or remove it"));
  const auto resumed = place.glia({"resume", "out"});
  INFO(resumed.err);
  CHECK(resumed.code == 0);
  CHECK_THAT(resumed.err, Contains("out/provenance.damaged.json, and a new one begins"));
  CHECK(place.read("out/provenance.damaged.json") == text);
  CHECK(place.glia({"report", "out"}).code == 0);
  CHECK(place.glia({"resume", "out"}).err.find("damaged") == std::string::npos);
  CHECK(json::parse(place.read("out/provenance.json")).at("resumed").size() == 2);
}
