// SPDX-License-Identifier: MIT
// Several heads on several data sets, and files that a picture or a pipeline would take the place of.
#include "catch.hpp"
#include "core/files.hpp"
#include "run_command.hpp"
#include "temp_folder.hpp"

#include <nlohmann/json.hpp>

#include <set>
#include <sstream>
#include <string>
#include <vector>

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

/// A folder with two tables, one of classes and one of values, and glia in it.
struct TwoTables {
  TempFolder folder;

  TwoTables() {
    std::string classes = "kind,x\n", values = "y,x\n";
    for (int i = 0; i < 60; ++i) {
      classes += (i % 2 ? "a," : "b,") + std::to_string(i * 0.37 + i % 2) + '\n';
      values += std::to_string(i * 3) + ',' + std::to_string(i * 0.1) + '\n';
    }
    write("c.csv", classes);
    write("v.csv", values);
    write("p.toml",
          "[dataset.c]\nplugin = \"csv\"\ntrain_file = \"c.csv\"\ntest = 0.2\ntarget = \"kind\"\n"
          "[dataset.v]\nplugin = \"csv\"\ntrain_file = \"v.csv\"\ntest = 0.2\ntarget = \"y\"\n"
          "target_is = \"value\"\nvalidation = 0.25\n"
          "[encoder.ec]\nplugin = \"identity\"\ninput = \"c\"\n"
          "[encoder.ev]\nplugin = \"identity\"\ninput = \"v\"\n"
          "[network.nc]\ninput = \"ec\"\npattern = [{ wave = \"linear\", width = 2 }]\n"
          "[network.nv]\ninput = \"ev\"\npattern = [{ wave = \"linear\", width = 1 }]\n"
          "[head.hc]\nplugin = \"classifier\"\ninput = \"nc\"\ntrain = { epochs = 1 }\n"
          "[head.hv]\nplugin = \"regression\"\ninput = \"nv\"\ntrain = { epochs = 1 }\n");
  }
  void write(const std::string& name, const std::string& text) const {
    glia::write_file(folder / name, text);
  }
  std::string read(const std::string& name) const { return glia::read_file(folder / name); }
  Outcome glia(std::vector<std::string> words) const {
    words.insert(words.begin(), {"timeout", "100", GLIA_BINARY_DIR "/bin/glia"});
    return run_command(words, {{"GLIA_CACHE_DIR", "off"}}, folder.path().string());
  }
  /// That glia refuses to write there, and the file is what it was.
  void spared(const std::string& file, const std::vector<std::string>& words) const {
    const std::string before = read(file);
    const auto outcome = glia(words);
    INFO(outcome.out << outcome.err);
    CHECK(outcome.code == 2);
    CHECK_THAT(outcome.err, Contains(file));
    CHECK(read(file) == before);
  }
};

std::vector<std::string> columns_of(const std::string& table) {
  std::istringstream first(table.substr(0, table.find('\n')));
  std::vector<std::string> all;
  for (std::string name; std::getline(first, name, ',');) all.push_back(name);
  return all;
}

}  // namespace

TEST_CASE("evaluate counts the samples of each head's own data set") {
  const TwoTables d;
  REQUIRE(d.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  const auto same = d.glia({"evaluate", "r"});
  CHECK_THAT(same.out, Contains("12 samples, test split\n") && !Contains("split:"));
  const auto apart = d.glia({"evaluate", "r", "split=train"});
  INFO(apart.out << apart.err);
  CHECK_THAT(apart.out, Contains("48 samples, train split: hc\n36 samples, train split: hv\n"));
  const auto json = nlohmann::json::parse(d.glia({"evaluate", "r", "--json", "split=train"}).out);
  CHECK(json.at("samples").at("hc") == 48);
  CHECK(json.at("samples").at("hv") == 36);
}

TEST_CASE("A training split that is shared out anew is told not to be what was trained on") {
  const TwoTables d;
  REQUIRE(d.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  CHECK_THAT(d.glia({"evaluate", "r", "split=train", "dataset.v.test_seed=2"}).err,
             Contains("data set 'v': the run was trained on ") &&
                 Contains(" of these 36 samples; its own training split is measured without"));
  CHECK_THAT(d.glia({"evaluate", "r", "split=train"}).err, !Contains("trained on"));
  CHECK_THAT(d.glia({"evaluate", "r", "split=train", "dataset.v.test_seed=1"}).err,
             !Contains("trained on"));
}

TEST_CASE("Tables of a sweep have for each head what that head is measured by, each column once") {
  const TwoTables d;
  REQUIRE(d.glia({"sweep", "p.toml", "--seeds", "2", "-j", "1", "-q", "-o", "s"}).code == 0);
  const auto columns = columns_of(d.read("s/results.csv"));
  CHECK(std::set<std::string>(columns.begin(), columns.end()).size() == columns.size());
  const auto has = [&](const std::string& name) {
    return std::find(columns.begin(), columns.end(), name) != columns.end();
  };
  CHECK(has("hc.test_accuracy"));
  CHECK(has("hv.test_r2"));
  CHECK(has("hv.validation_r2"));
  CHECK_FALSE(has("hc.test_r2"));
  CHECK_FALSE(has("hv.test_balanced_accuracy"));

  // The number that a head is judged by stands under its name as well as under "median".
  REQUIRE(d.glia({"report", "s"}).code == 0);
  std::istringstream lines(d.read("s/report.csv"));
  std::string line;
  std::getline(lines, line);
  const auto names = columns_of(line);
  const auto place = [&](const std::string& name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  while (std::getline(lines, line)) {
    const auto cells = columns_of(line);
    const std::string measured = cells.at(place("measured")) + "_median";
    if (place(measured) < names.size()) {
      CHECK(cells.at(place(measured)) == cells.at(place("median")));
    }
  }
}

TEST_CASE("A picture of a wave takes no place of what it is made from, nor a pipeline one's own") {
  const TwoTables d;
  REQUIRE(d.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  const std::string figure = "r/figures/figure.png";
  d.spared(figure, {"wave", "r", "--head", "hc", "--sample", "0", "-o", figure});
  d.write("few.csv", "x\n1\n");
  fs::create_hard_link(d.folder / "few.csv", d.folder / "few.svg");
  d.spared("few.svg", {"wave", "r", "few.csv", "--head", "hc", "-o", "few.svg"});
  CHECK(d.glia({"wave", "r", "few.csv", "--head", "hc", "-o", "w.svg"}).code == 0);
  CHECK(d.glia({"wave", "r", "few.csv", "--head", "hc", "-o", "w.svg"}).code == 0);

  d.write("child.toml",
          "extends = \"p.toml\"\n[sweep.axes]\n\"head.hv.train.epochs\" = [1, 2]\n"
          "[sweep]\nsampler = \"grid\"\n");
  REQUIRE(d.glia({"sweep", "child.toml", "-j", "1", "-q", "-o", "s"}).code == 0);
  const std::string objective = "--objective=hv.validation_loss";
  d.spared("p.toml", {"best", "s", objective, "-o", "p.toml"});
  d.spared("child.toml", {"best", "s", objective, "-o", "child.toml"});
  for (int i = 0; i < 2; ++i) {  // its own is replaced
    const auto best = d.glia({"best", "s", objective, "-o", "best.toml"});
    INFO(best.err);
    CHECK(best.code == 0);
  }
}

TEST_CASE(
    "Tables say what is the matter with them: separators at the end, one class for want of "
    "others") {
  const TwoTables d;
  const auto said = [&](const std::string& table) {
    d.write("c.csv", table);
    return d.glia({"validate", "p.toml"}).err;
  };
  CHECK_THAT(said("kind,x,\na,1,\nb,2,\n"),
             Contains("column '': there is no value") && Contains("ignore = [\"\"]"));
  CHECK_THAT(said("kind,x\n,1\nb,2\n"), Contains("c.csv:2: column 'kind': there is no class"));
  d.write("c.csv", "kind,x\na,1\nb,2\na,3\nb,4\n");
  const std::string largest = "9223372036854775807";
  const auto shaped = d.glia({"validate", "p.toml", "dataset.c.shape=[" + largest + ",2]"});
  CHECK_THAT(shaped.err,
             Contains("has 1 columns of inputs, but 'shape' asks for more than 100000000"));
}
