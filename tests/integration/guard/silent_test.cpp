// SPDX-License-Identifier: MIT
// What is no error, and yet nobody should have to find out by himself.
#include "catch.hpp"
#include "core/files.hpp"
#include "run_command.hpp"
#include "small_pipeline.hpp"
#include "temp_folder.hpp"

#include <string>
#include <vector>

using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

struct Quiet {
  TempFolder folder;

  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((folder / name).parent_path());
    glia::write_file(folder / name, text);
  }
  std::string read(const std::string& name) const { return glia::read_file(folder / name); }
  Outcome glia(std::vector<std::string> words) const {
    words.insert(words.begin(), {"timeout", "100", GLIA_BINARY_DIR "/bin/glia"});
    return run_command(words, {{"GLIA_CACHE_DIR", "off"}}, folder.path().string());
  }
  Outcome shell(const std::string& script) const {
    return run_command({"bash", "-c", script, GLIA_BINARY_DIR "/bin/glia"},
                       {{"GLIA_CACHE_DIR", "off"}}, folder.path().string());
  }
  /// That `validate` and `run` go well and say this.
  void told(const std::string& what) const {
    for (const auto& words :
         {std::vector<std::string>{"validate", "p.toml"}, {"run", "p.toml", "-q", "-o", "r"}}) {
      const auto outcome = glia(words);
      INFO(words[0] << ": " << outcome.err);
      CHECK(outcome.code == 0);
      CHECK_THAT(outcome.err, Contains(what));
    }
    fs::remove_all(folder / "r");
  }
};

std::string quiet_table(const std::string& plugin_lines, int width) {
  return "[dataset.d]\n" + plugin_lines +
         "[encoder.e]\nplugin = \"identity\"\ninput = \"d\"\n[network.n]\ninput = \"e\"\n"
         "pattern = [{ wave = \"linear\", width = " +
         std::to_string(width) +
         " }]\n[head.h]\nplugin = \"classifier\"\ninput = \"n\"\ntrain = { epochs = 1 }\n";
}

const std::string quiet_csv =
    "plugin = \"csv\"\ntrain_file = \"a.csv\"\ntest_file = \"b.csv\"\ntarget = \"kind\"\n";

}  // namespace

TEST_CASE("Numbers that a float32 does not hold are told with their first one") {
  const Quiet d;
  d.write("p.toml", quiet_table(quiet_csv, 2));
  d.write("a.csv", "x,kind\n16777216,a\n16777217,b\n16777219,a\n");
  d.write("b.csv", "x,kind\n1,a\n2,b\n");
  d.told("line 3, column 'x': 16777217 becomes 16777216, and 1 more");
  d.write("a.csv", "x,kind\n1,a\n-1e-400,b\n0.0e9,a\n");
  d.told("line 3, column 'x': -1e-400 becomes 0;");
  REQUIRE(d.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  d.write("c.csv", "x\n1\n9007199254740993\n");
  const auto answer = d.glia({"predict", "r", "c.csv"});
  CHECK(answer.code == 0);
  CHECK_THAT(answer.err, Contains("c.csv: numbers become float32: line 3, column 'x': "
                                  "9007199254740993 becomes 9007199254740992"));
  d.write("a.csv", "x,kind\n1,a\n1e30,b\n16777218,a\n");  // nothing is lost, or nobody minds
  CHECK_THAT(d.glia({"validate", "p.toml"}).err, !Contains("float32"));
}

TEST_CASE("A column whose numbers are no longer told apart as float32 is named") {
  const Quiet d;
  d.write("p.toml", quiet_table(quiet_csv, 2));
  d.write("b.csv", "x,kind\n1,a\n2,b\n");
  d.write("a.csv", "x,kind\n1700000000.25,a\n1700000000.5,b\n1700000000.75,a\n");
  d.told(
      "a.csv: numbers become float32, which tells seven digits apart: column 'x': 1700000000.25 "
      "and 1700000000.5 become the same; of 3 different numbers 1 are left");
  d.write("p.toml", quiet_table("plugin = \"csv\"\ntrain_file = \"a.csv\"\ntest = 0.5\n"
                                "target = \"kind\"\nseparator = \"semicolon\"\n"
                                "decimal = \"comma\"\n",
                                2));
  d.write("a.csv", "x;kind\n45231,00001;a\n45231,00002;b\n45231,5;a\n45232;b\n");
  d.told("column 'x': 45231.00001 and 45231.00002 become the same; of 4 different numbers 3 are");
  d.write("a.csv", "x;kind\n1,0000001;a\n1,1234567;b\n45231,5;a\n45232;b\n");
  CHECK_THAT(d.glia({"validate", "p.toml"}).err, !Contains("float32"));
}

TEST_CASE(
    "Samples that a run was trained on are told where they are measured as if they were new") {
  const Quiet d;
  std::string rows = "x,kind\n";
  for (int i = 0; i < 80; ++i) rows += std::to_string(i * 0.37 + i % 2) + (i % 2 ? ",a\n" : ",b\n");
  d.write("a.csv", rows);
  d.write("p.toml", quiet_table("plugin = \"csv\"\ntrain_file = \"a.csv\"\ntarget = \"kind\"\n"
                                "test = 0.25\nvalidation = 0.2\n",
                                2));
  REQUIRE(d.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  const auto said = [&](std::vector<std::string> changes) {
    changes.insert(changes.begin(), {"evaluate", "r"});
    const auto outcome = d.glia(changes);
    INFO(outcome.err);
    CHECK(outcome.code == 0);
    return outcome.err;
  };
  CHECK_THAT(said({"dataset.d.test_seed=2"}),
             Contains("data set 'd': the run was trained on ") && Contains(" of these 20 samples"));
  CHECK_THAT(said({"dataset.d.test=0.5"}), Contains(" of these 40 samples"));
  CHECK_THAT(said({"dataset.d.test_seed=2", "split=validation"}), Contains(" of these 12 samples"));
  CHECK_THAT(said({"dataset.d.test_seed=1"}), !Contains("trained on"));
  CHECK_THAT(said({}), !Contains("trained on"));
  d.write("new.csv", "x,kind\n0.001,a\n0.002,b\n");
  CHECK_THAT(said({"dataset.d.test=0", "dataset.d.test_file=new.csv"}), !Contains("trained on"));
  CHECK_THAT(said({"dataset.d.test=0", "dataset.d.test_file=a.csv"}),
             Contains("trained on 48 of these 80 samples"));
  // Going on from its weights.
  const auto go_on = [&](const std::string& change) {
    const auto outcome =
        d.glia({"run", "p.toml", "-q", change, "network.n.weights=r/checkpoints/h.safetensors"});
    INFO(outcome.err);
    CHECK(outcome.code == 0);
    return outcome.err;
  };
  CHECK_THAT(go_on("dataset.d.test_seed=2"),
             Contains("has learned from samples that data set 'd' tests with now, so that its test "
                      "numbers are too good; keep the same: test = 0.25, test_seed = 1"));
  CHECK_THAT(go_on("dataset.d.test_seed=1"), !Contains("has learned from"));
}

TEST_CASE(
    "A data set whose samples come several times by nature is measured without a word of it") {
  const Quiet d;
  std::string rows = "x,kind\n";
  for (int i = 0; i < 80; ++i) rows += i % 2 ? "1,a\n" : "0,b\n";
  d.write("a.csv", rows);
  d.write("p.toml", quiet_table("plugin = \"csv\"\ntrain_file = \"a.csv\"\ntarget = \"kind\"\n"
                                "test = 0.25\n",
                                2));
  REQUIRE(d.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  CHECK_THAT(d.glia({"evaluate", "r", "dataset.d.test_seed=2"}).err, !Contains("trained on"));
}

TEST_CASE("Test samples that are training samples too are told, where samples differ") {
  const Quiet d;
  std::string train = "x,kind\n", test = train;
  for (int i = 0; i < 40; ++i) {
    const std::string row = std::to_string(i * 0.37) + (i % 2 ? ",a\n" : ",b\n");
    train += row;
    test += i < 4 ? row : std::to_string(-i * 0.53) + (i % 2 ? ",a\n" : ",b\n");
  }
  d.write("p.toml", quiet_table(quiet_csv, 2));
  d.write("a.csv", train);
  d.write("b.csv", test);
  d.told("data set 'd': 4 of its 40 test samples are training samples too");
  d.write("b.csv", test.replace(test.find("0.370000"), 8, "0.123456"));
  for (const std::string command : {"validate", "run"}) {
    CHECK_THAT(d.glia({command, "p.toml"}).err, !Contains("training samples too"));
  }
}

TEST_CASE("A metric that means nothing for the data is refused, and not left out") {
  const Quiet d;
  d.write("a.csv", "x,kind\n1,a\n2,b\n");
  d.write("b.csv", "x,kind\n1.5,a\n2.5,b\n");
  d.write("p.toml", quiet_table(quiet_csv, 2));
  for (const std::string command : {"validate", "run", "sweep --seeds 2"}) {
    const auto outcome =
        d.shell("\"$0\" " + command + " p.toml 'head.h.metrics=[\"r2\", \"balanced_accuracy\"]'");
    INFO(command << ": " << outcome.err);
    CHECK(outcome.code == 2);
    CHECK_THAT(outcome.err, Contains("head 'h': the metric 'r2' means nothing for classes") &&
                                Contains("those that do are ") &&
                                !Contains("'balanced_accuracy' means"));
  }
}

TEST_CASE("What is called like a key is still what it is") {
  const Quiet d;
  d.write("a.csv", "x,kind\n1,a\n2,b\n");
  d.write("b.csv", "x,kind\n1.5,a\n2.5,b\n");
  std::string text = quiet_table(quiet_csv, 2);
  text.replace(text.find("dataset.d"), 9, "dataset.train");
  text.replace(text.find("input = \"d\""), 11, "input = \"train\"");
  d.write("p.toml", text);
  REQUIRE(d.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  const auto outcome = d.glia({"evaluate", "r", "dataset.train.test_limit=1"});
  INFO(outcome.err);
  CHECK_THAT(outcome.err, !Contains("means nothing to a network that has been trained"));
  CHECK_THAT(d.glia({"evaluate", "r", "head.h.train.epochs=2"}).err,
             Contains("means nothing to a network that has been trained"));
}

TEST_CASE("Targets that are no longer told apart as float32 are named like inputs") {
  const Quiet d;
  std::string text = quiet_table(quiet_csv + "target_is = \"value\"\n", 1);
  const std::string head = "plugin = \"classifier\"";
  d.write("p.toml", text.replace(text.find(head), head.size(), "plugin = \"regression\""));
  d.write("b.csv", "x,kind\n1,2\n2,1\n");
  d.write("a.csv", "x,kind\n1,17000000.25\n2,17000000.5\n3,17000000.75\n");
  d.told("column 'kind': 17000000.25 and 17000000.5 become the same; of 3 different numbers 1");
  d.write("a.csv", "x,kind\n1,1.25\n2,1.5\n3,1700.75123\n");
  CHECK_THAT(d.glia({"validate", "p.toml"}).err, !Contains("float32"));
}

TEST_CASE("Where a width that is given does not fit the classes, that width is to be changed") {
  const Quiet d;
  d.write("a.csv", "x,kind\n1,a\n2,b\n3,c\n");
  d.write("b.csv", "x,kind\n1,a\n2,b\n");
  for (const int width : {2, 5}) {
    d.write("p.toml", quiet_table(quiet_csv, width));
    const auto outcome = d.glia({"validate", "p.toml"});
    CHECK(outcome.code == 2);
    CHECK_THAT(outcome.err, Contains("hint: the last wave of network 'n' is as wide as it says: "
                                     "write width = 3 in its 'linear' (p.toml:11:14)") &&
                                Contains("the classes of the data are ") && !Contains("narrow_to"));
  }
}

TEST_CASE("A divisor that would make zeros of inputs is refused at its key") {
  const Quiet d;
  d.write("p.toml", quiet_table(quiet_csv + "divide_by = 1e300\n", 2));
  d.write("a.csv", "x,kind\n1,a\n2,b\n");
  d.write("b.csv", "x,kind\n3,a\n4,b\n");
  CHECK_THAT(d.glia({"validate", "p.toml"}).err,
             Contains("p.toml:6:13: error: divide_by must be between 1e-30 and 1e+30"));
  d.write("p.toml", quiet_table(quiet_csv + "divide_by = 1e30\n", 2));
  d.write("a.csv", "x,kind\n1e-20,a\n2,b\n");
  CHECK_THAT(d.glia({"run", "p.toml"}).err, Contains("makes zeros of inputs that are none"));
}

TEST_CASE("A class without samples is named, and a test on the samples of the training") {
  const Quiet d;
  d.write("p.toml", quiet_table(quiet_csv + "classes = [\"a\", \"b\", \"c\"]\n", 3));
  d.write("a.csv", "x,kind\n1,a\n2,b\n3,a\n");
  d.write("b.csv", "x,kind\n1,a\n2,c\n");
  d.told("data set 'd': 1 of 3 classes never occur among its training samples: 'c'");
  d.told("data set 'd': 1 of 3 classes never occur among its test samples: 'b'");
  const std::string kept = quiet_csv + "classes = [\"a\", \"b\"]\nvalidation = 2\n";
  d.write("a.csv", "x,kind\n1,a\n2,a\n3,a\n4,a\n5,b\n");
  d.write("p.toml", quiet_table(kept, 2));
  d.write("b.csv", "x,kind\n1,a\n2,b\n");
  CHECK_THAT(d.glia({"validate", "p.toml"}).err,
             Contains("never occur among its validation samples: 'b'") ||
                 Contains("never occur among its training samples: 'b'"));
  d.write("p.toml", quiet_table(quiet_csv, 2));
  d.write("b.csv", d.read("a.csv"));
  d.told("data set 'd' is tested on the samples that it is trained on");
  d.write("b.csv", "x,kind\n1,a\n2,b\n");
  CHECK_THAT(d.glia({"validate", "p.toml"}).err, !Contains("is tested on"));
}

TEST_CASE("Samples of a sweep that are like others are counted") {
  const Quiet d;
  d.write("p.toml", small_pipeline +
                        "[sweep]\nsamples = 9\n[sweep.axes]\n\"head.h.train.epochs\" = "
                        "{ uniform = [1, 2] }\n");
  const auto plan = d.glia({"sweep", "p.toml", "-n"});
  CHECK(plan.code == 0);
  CHECK_THAT(plan.err, Contains("7 of the samples are like others and count once"));
}

TEST_CASE("Of two data sets one may be changed, and of the other it is told that it has changed") {
  const Quiet d;
  d.write("a.csv", "x,kind\n1,a\n2,b\n");
  d.write("b.csv", "x,kind\n1.5,a\n2.5,b\n");
  std::string text = quiet_table(quiet_csv, 2), again = text;
  for (const auto& [from, to] : {std::pair<std::string, std::string>{"dataset.d", "dataset.d2"},
                                 {"encoder.e", "encoder.e2"},
                                 {"network.n", "network.n2"},
                                 {"head.h", "head.h2"},
                                 {"\"d\"", "\"d2\""},
                                 {"\"e\"", "\"e2\""},
                                 {"\"n\"", "\"n2\""},
                                 {"a.csv", "c.csv"}}) {
    again.replace(again.find(from), from.size(), to);
  }
  d.write("c.csv", d.read("a.csv"));
  d.write("p.toml", text + again);
  REQUIRE(d.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  d.write("a.csv", "x,kind\n1,b\n2,a\n");
  const std::string told = "data set 'd': its files are not what they were";
  CHECK_THAT(d.glia({"evaluate", "r"}).err, Contains(told));
  CHECK_THAT(d.glia({"evaluate", "r", "dataset.d2.test=0"}).err, Contains(told));
  CHECK_THAT(d.glia({"evaluate", "r", "dataset.d.test=0"}).err, !Contains(told));
}

TEST_CASE("Results that nobody can receive are no success") {
  const Quiet d;
  d.write("p.toml", quiet_table(quiet_csv, 2));
  d.write("a.csv", "x,kind\n1,a\n2,b\n");
  d.write("b.csv", "x,kind\n1,a\n3,b\n");
  REQUIRE(d.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  for (const std::string command :
       {"predict r a.csv", "evaluate r", "ls .", "ls . --json", "validate p.toml", "config p.toml",
        "plugin list", "schema", "compare r r", "completion bash", "--help"}) {
    for (const std::string stream : {">&-", "> /dev/full"}) {
      INFO(command << ' ' << stream);
      const auto outcome = d.shell("\"$0\" " + command + ' ' + stream);
      CHECK(outcome.code == 1);
      CHECK_THAT(outcome.err, Contains("cannot write to standard output: "));
    }
  }
  CHECK(d.shell("\"$0\" predict r a.csv -o o.csv >&-").code == 0);  // they are in the file
}

TEST_CASE("No command replaces what its result is made from, or what it did not leave there") {
  const Quiet d;
  d.write("p.toml", quiet_table(quiet_csv, 2));
  d.write("a.csv", "x,kind\n1,a\n2,b\n");
  d.write("b.csv", "x,kind\n1,a\n3,b\n");
  REQUIRE(d.glia({"run", "p.toml", "-q", "-o", "r"}).code == 0);
  REQUIRE(d.glia({"sweep", "p.toml", "--seeds", "2", "-j", "1", "-q", "-o", "s"}).code == 0);
  d.write("mine.csv", "a table of mine\n");
  d.write("f/latents.csv", "another\n");
  d.write("g/map.png", "a picture of mine\n");
  d.write("h/README.md", "# Mine\n");
  REQUIRE(d.glia({"encoder", "r", "-o", "i"}).code == 0);
  d.write("i/map.csv", "a map of mine\n");
  d.write("j/features.csv", "features of mine\n");
  d.write("own.csv", "x,kind\n4,a\n5,b\n");
  const std::string table =
      "'{ plugin = \"csv\", train_file = \"a.csv\", test_file = \"own.csv\", "
      "target = \"kind\" }'";
  const std::vector<std::pair<std::string, std::string>> commands{
      {"predict r b.csv -o a.csv", "a.csv"},
      {"predict r b.csv -o ./b.csv", "b.csv"},
      {"predict r b.csv -o r/results.csv", "r/results.csv"},
      {"best s -o p.toml", "p.toml"},
      {"best s -o a.csv", "a.csv"},
      {"best s -o s/pipeline.toml", "s/pipeline.toml"},
      {"schema -o p.toml", "p.toml"},
      {"schema -o r/results.json", "r/results.json"},
      {"report r -o mine.html", "mine.csv"},
      {"report s -o a.html", "a.csv"},
      {"encoder r -o f", "f/latents.csv"},
      {"encoder r -o g", "g/map.png"},
      {"encoder r -o i", "i/map.csv"},
      {"encoder r -o j", "j/features.csv"},
      {"predict r " + table + " -o own.csv", "own.csv"},
      {"plugin docs -o h", "h/README.md"}};
  for (const auto& [command, file] : commands) {
    const std::string before = d.read(file);
    const auto outcome = d.shell("\"$0\" " + command);
    INFO(command << ": " << outcome.code << ' ' << outcome.err);
    CHECK(outcome.code == 2);
    CHECK_THAT(outcome.err, Contains("nothing was written") || Contains(" does not end in ") ||
                                Contains("is not what glia leaves there"));
    CHECK(d.read(file) == before);
  }
  // What they have left there themselves they write anew.
  for (int time = 0; time < 2; ++time) {
    for (const std::string command :
         {"predict r b.csv -o new.csv", "encoder r -o k", "schema -o new.json",
          "report r -o page.html", "plugin docs -o pages", "report r"}) {
      INFO(command);
      CHECK(d.shell("\"$0\" " + command).code == 0);
    }
  }
}

TEST_CASE("Hints are commands that can be typed") {
  const Quiet d;
  d.write("p.toml", small_pipeline);
  const auto odd = d.glia({"run", "p.toml", "-q", "-o", "-r"});
  CHECK(odd.code == 0);
  CHECK_THAT(odd.out, Contains("glia report ./-r, "));
  CHECK_THAT(d.glia({"run", "p.toml", "-q", "-o", "a b"}).out, Contains("glia report 'a b', "));
  for (const std::string place : {".", "p.toml"}) {
    const auto there = d.glia({"run", "p.toml", "-q", "-o", place});
    CHECK(there.code == 2);
    CHECK_THAT(there.err, Contains("is there already") && !Contains("--resume"));
  }
}
