// SPDX-License-Identifier: MIT
// Files of one run among those of another: each is whole, and wrong where it lies.
#include "catch.hpp"
#include "core/files.hpp"
#include "run_command.hpp"
#include "small_pipeline.hpp"
#include "temp_folder.hpp"

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

struct Two {
  TempFolder folder;

  Two() {
    glia::write_file(folder / "p.toml", small_pipeline);
    REQUIRE(glia({"run", "p.toml", "-q", "-o", "one"}).code == 0);
    REQUIRE(glia({"run", "p.toml", "pipeline.seed=2", "-q", "-o", "two"}).code == 0);
  }
  Outcome glia(std::vector<std::string> words) const {
    words.insert(words.begin(), {"timeout", "60", GLIA_BINARY_DIR "/bin/glia"});
    return run_command(words, {{"GLIA_CACHE_DIR", "off"}}, folder.path().string());
  }
  void copy(const std::string& from, const std::string& to) const {
    fs::copy_file(folder / from, folder / to, fs::copy_options::overwrite_existing);
  }
};

}  // namespace

TEST_CASE("Results of another run in a run's folder are named by all that read them") {
  const Two runs;
  runs.copy("two/results.json", "one/results.json");
  for (const auto& words : {std::vector<std::string>{"report", "one"}, {"compare", "one", "two"}}) {
    const auto told = runs.glia(words);
    INFO(words[0] << ": " << told.out << told.err);
    CHECK(told.code == 1);
    CHECK_THAT(told.err, Contains("one/results.json is of another run: of 'two-") &&
                             Contains("run.json is of 'one-") &&
                             Contains("hint: put the run's own results back"));
  }
  const auto listed = runs.glia({"ls", "."});
  CHECK_THAT(listed.out, Contains("damaged"));
  const auto resumed = runs.glia({"resume", "one", "-q"});  // as the hint says
  INFO(resumed.err);
  CHECK(resumed.code == 0);
  CHECK_THAT(resumed.err, Contains("is of another run") && !Contains("epochs.csv"));
  CHECK(runs.glia({"report", "one"}).code == 0);
  CHECK_THAT(runs.glia({"ls", "."}).out, !Contains("damaged"));

  runs.copy("two/provenance.json", "one/provenance.json");
  CHECK_THAT(runs.glia({"report", "one"}).err,
             Contains("one/provenance.json is of another run: of 'two-"));
  runs.copy("two/resolved.toml", "one/resolved.toml");
  CHECK_THAT(runs.glia({"report", "one"}).err, Contains("one/resolved.toml: was changed"));
  CHECK_THAT(runs.glia({"compare", "one", "two"}).err, Contains("one/resolved.toml: was changed"));
  CHECK_THAT(runs.glia({"ls", "."}).out, !Contains("damaged"));

  // The other way round it is the same; and a folder that is moved or copied stays what it is.
  runs.copy("two/run.json", "one/run.json");
  CHECK_THAT(runs.glia({"report", "one"}).err, Contains("is of another run: of 'one-"));
  fs::copy(runs.folder / "two", runs.folder / "three", fs::copy_options::recursive);
  CHECK(runs.glia({"report", "three"}).code == 0);
}

TEST_CASE("Results of a sweep in a run's folder, and the other way round, are named") {
  const Two runs;
  REQUIRE(runs.glia({"sweep", "p.toml", "--seeds", "2", "-q", "-j", "1", "-o", "many"}).code == 0);
  runs.copy("many/results.json", "one/results.json");
  CHECK_THAT(runs.glia({"report", "one"}).err, Contains("is of another run: of 'many-"));
  runs.copy("two/results.json", "many/results.json");
  CHECK_THAT(runs.glia({"report", "many"}).err,
             Contains("files of several sweeps lie here: results.json is of 'two-"));
}
