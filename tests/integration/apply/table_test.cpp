// SPDX-License-Identifier: MIT
// Predictions for CSV files of a run that was trained on a table.
#include "support.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace {

/// 40 lines of: id, a wide number, a narrow one, the class.
std::string table(const std::string& header, const std::string& order) {
  std::string text = header + '\n';
  for (int i = 0; i < 40; ++i) {
    for (std::size_t c = 0; c < order.size(); ++c) {
      if (c) text += ',';
      if (order[c] == 'i') text += fmt::format("s{}", i);
      if (order[c] == 'w') text += fmt::format("{}", 10 * (i % 7) - 5 * (i % 2));
      if (order[c] == 'n') text += fmt::format("{}", i % 2 ? 0.25 : -0.5 * (i % 3));
      if (order[c] == 'k') text += i % 2 ? "bee" : "ant";
      if (order[c] == 'x') text += "nothing";
    }
    text += '\n';
  }
  return text;
}

std::string pipeline(const std::string& dataset) {
  return table_pipeline("train_file = \"t.csv\"\ntest_file = \"t.csv\"\n" + dataset,
                        "epochs = 3, learning_rate = 1e-2");
}

using Change = std::function<std::string(std::string)>;

struct Table : Workplace {
  Table(
      const std::string& dataset, const std::string& text,
      const Change& change = [](std::string same) { return same; })
      : Workplace(change(pipeline(dataset))) {
    write("t.csv", text);
    const Outcome run = glia({"run", "small.toml", "-q", "-o", "run"});
    INFO(run.err);
    REQUIRE(run.code == 0);
    fs::rename(*this / "t.csv", *this / "old.csv");  // the folder of the run is all that is needed
  }

  std::string predict(const std::string& text) const {
    write("new.csv", text);
    const Outcome told = glia({"predict", "run", "new.csv"});
    INFO(told.err);
    REQUIRE(told.code == 0);
    return told.out;
  }
  void refuses(const std::string& text, const std::string& words) const {
    write("new.csv", text);
    const Outcome told = glia({"predict", "run", "new.csv"});
    INFO(told.err);
    CHECK(told.code == 1);
    CHECK(told.err.find(words) != std::string::npos);
  }
};

const std::string named = "target = \"kind\"\nignore = [\"id\"]\ndivide_by = 3\n";

}  // namespace

TEST_CASE("columns of a new table are found by name, in whatever order, with or without target") {
  const Table here(named, table("id,wide,narrow,kind", "iwnk"));
  const std::string answers = here.predict(table("id,wide,narrow,kind", "iwnk"));
  CHECK(fields_of(answers).size() == 41);
  CHECK(here.predict(table("narrow,wide", "nw")) == answers);
  CHECK(here.predict(table("kind,narrow,note,id,wide", "xnxiw")) == answers);
  CHECK(here.predict(table("wide,narrow", "nw")) != answers);  // other numbers, other answers

  // The data set itself reads the same numbers.
  fs::rename(here / "old.csv", here / "t.csv");
  const Outcome whole =
      here.glia({"predict", "run",
                 "{ plugin = \"csv\", train_file = \"t.csv\", test_file = "
                 "\"t.csv\", target = \"kind\", ignore = [\"id\"], divide_by = 3 }"});
  INFO(whole.err);
  REQUIRE(whole.code == 0);
  CHECK(whole.out == answers);
}

TEST_CASE("what a new table lacks is named") {
  const Table here(named, table("id,wide,narrow,kind", "iwnk"));
  here.refuses("wide,kind\n1,2\n",
               "new.csv:1: there is no column 'narrow', which the run reads\n  hint: the columns "
               "are 'wide' and 'kind'");
  here.refuses("a,b\n1,2\n", "there is no column 'wide' and 'narrow', which the run reads");
  here.refuses("1,2\n3,4\n", "new.csv:1: the first line holds numbers alone");
  here.refuses("wide,narrow,wide\n1,2,3\n", "two columns are called 'wide'");
  here.refuses("wide,narrow\n1,2\n3\n", "new.csv:3: has 1 columns, the first line has 2");
  here.refuses("wide,narrow\n1,x\n", "new.csv:2: column 'narrow': 'x' is no number");
  here.refuses("wide,narrow\n1,\n", "new.csv:2: column 'narrow': there is no value");
  here.refuses("wide,narrow\n1,nan\n", "new.csv:2: column 'narrow': 'nan' is no finite number");
  here.refuses("wide,narrow\n1,1e60\n",
               "new.csv:2: column 'narrow': '1e60' is greater than a float32 can be");
  here.refuses("wide,narrow\n", "holds no samples, only the names of columns");
}

TEST_CASE("tables without names go by the numbers of the columns, or hold the inputs alone") {
  const std::string all = table("", "iwnk").substr(1);
  const Table here("target = \"4\"\nignore = [\"1\"]\nheader = false\nseparator = \"comma\"\n",
                   all);
  const std::string answers = here.predict(all);
  CHECK(here.predict(table("", "wn").substr(1)) == answers);
  here.refuses("1,2,3\n", "has 3 columns, but the run was trained on a table of 4");
}

TEST_CASE("a new table is read with the decimals of the run's") {
  std::string commas = table("id,wide,narrow,kind", "iwnk");
  std::replace(commas.begin(), commas.end(), ',', ';');
  std::replace(commas.begin(), commas.end(), '.', ',');
  const Table here(named + "separator = \"semicolon\"\ndecimal = \"comma\"\n", commas);
  CHECK(fields_of(here.predict(commas)).size() == 41);
  here.refuses("wide;narrow\n1.500;2\n", "column 'wide': '1.500' is no number");
}

TEST_CASE("other tables of a run have its columns, in its order") {
  const Table here(named, table("id,wide,narrow,kind", "iwnk"));
  here.write("turned.csv", table("id,narrow,wide,kind", "inwk"));
  here.write("renamed.csv", table("id,broad,narrow,kind", "iwnk"));
  const auto evaluate = [&](const std::string& file, const std::string& more) {
    return here.glia(
        {"evaluate", "run", "dataset.d.train_file=" + file, "dataset.d.test_file=" + file, more});
  };
  const Outcome turned = evaluate("turned.csv", "dataset.d.divide_by=3");
  CHECK(turned.code == 1);
  CHECK(
      turned.err.find("made of the columns 'narrow' and 'wide', but the run was trained on 'wide' "
                      "and 'narrow', in this order\n  hint: name them in that order: "
                      "'dataset.d.inputs=[\"wide\", \"narrow\"]'") != std::string::npos);
  CHECK(evaluate("turned.csv", "dataset.d.inputs=[\"wide\", \"narrow\"]").code == 0);
  CHECK(evaluate("renamed.csv", "dataset.d.divide_by=3").err.find("give the columns the names") !=
        std::string::npos);
  const Outcome given =
      here.glia({"predict", "run",
                 "{ plugin = \"csv\", train_file = \"turned.csv\", test_file = \"turned.csv\", "
                 "target = \"kind\", ignore = [\"id\"], divide_by = 3 }"});
  CHECK(given.code == 1);
  CHECK(given.err.find("in this order") != std::string::npos);

  // Weights of an encoder remember them too.
  const auto train = [&](const std::string& name, const std::string& file,
                         const std::string& more) {
    return here.glia({"run", "small.toml", "-q", "-o", name, "dataset.d.train_file=" + file,
                      "dataset.d.test_file=" + file, "encoder.e.plugin=z_score", more});
  };
  REQUIRE(train("scaled", "old.csv", "pipeline.seed=1").code == 0);
  const std::string weights = "encoder.e.weights=scaled/checkpoints/e.safetensors";
  CHECK(train("alike", "old.csv", weights).code == 0);
  const Outcome trained_on = train("on", "turned.csv", weights);
  INFO(trained_on.err);
  CHECK(trained_on.code == 2);
  CHECK(trained_on.err.find("weights of encoder 'e'") != std::string::npos);
  CHECK(trained_on.err.find("the weights were trained on 'wide' and 'narrow'") !=
        std::string::npos);
}

TEST_CASE("a table that has gone elsewhere is said to be named") {
  const Table here(named, table("id,wide,narrow,kind", "iwnk"));
  const Outcome gone = here.glia({"evaluate", "run"});
  INFO(gone.err);
  CHECK(gone.code == 1);
  CHECK(gone.err.find("say where: dataset.d.test_file=PATH dataset.d.train_file=PATH") !=
        std::string::npos);
}

TEST_CASE("runs that have read other data under one name are compared with a word about that") {
  const Table here(named, table("id,wide,narrow,kind", "iwnk"));
  here.write("t.csv", table("id,narrow,wide,kind", "iwnk"));
  REQUIRE(here.glia({"run", "small.toml", "-q", "-o", "other"}).code == 0);
  const Outcome compared = here.glia({"compare", "run", "other"});
  INFO(compared.out + compared.err);
  CHECK(compared.code == 0);
  CHECK(compared.out.find("dataset.d: what its files hold") != std::string::npos);
  REQUIRE(here.glia({"run", "small.toml", "-q", "-o", "again"}).code == 0);
  CHECK(here.glia({"compare", "other", "again"}).out.find("what its files hold") ==
        std::string::npos);
}

TEST_CASE("values are called as the table calls its target, and JSON can be asked for") {
  const Table here("target = \"narrow, cm\"\ntarget_is = \"value\"\nignore = [\"id\", \"kind\"]\n",
                   table("id,wide,\"narrow, cm\",kind", "iwnk"), [](std::string text) {
                     text = with(text, "width = 2", "width = 1");
                     return with(text, "plugin = \"classifier\"",
                                 "plugin = \"regression\"\ntolerance = 0.25");
                   });
  here.write("new.csv", "wide\n3\n4\n");
  const std::string answers = here.predict("wide\n3\n4\n");
  CHECK(answers.starts_with("sample,\"value_narrow, cm\"\n0,"));
  const Outcome told = here.glia({"predict", "run", "new.csv", "--json"});
  INFO(told.err);
  REQUIRE(told.code == 0);
  const json samples = json::parse(told.out).at("samples");
  REQUIRE(samples.size() == 2);
  const double first = samples[0].at("values").at("narrow, cm");
  CHECK(first == Approx(std::stod(fields_of(answers)[1][1])));
  // Into a folder that is not there yet, and in one format alone.
  REQUIRE(here.glia({"predict", "run", "new.csv", "--json", "-o", "new/a/told.json"}).code == 0);
  CHECK(here.read("new/a/told.json") == told.out);
  const Outcome both = here.glia({"predict", "run", "new.csv", "--json", "-o", "told.csv"});
  CHECK(both.code == 2);
  CHECK(both.err.find("--json asks for JSON, and told.csv ends in another format") !=
        std::string::npos);
  // A share of samples within a tolerance says within which.
  CHECK(here.glia({"run", "small.toml", "-o", "again", "dataset.d.train_file=old.csv",
                   "dataset.d.test_file=old.csv"})
            .out.find("test accuracy within 0.25") != std::string::npos);
  REQUIRE(here.glia({"report", "again", "-o", "pages/again.html"}).code == 0);
  CHECK(here.read("pages/again.html").find("test accuracy within 0.25 (%)") != std::string::npos);
  CHECK(here.results("again").at("heads").at("h").contains("test_accuracy"));
}
