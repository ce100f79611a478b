// SPDX-License-Identifier: MIT
#include "support.hpp"

#include <algorithm>
#include <cmath>

TEST_CASE("a run that was moved measures what it has recorded, to the bit") {
  const Workplace here;
  bring_run(here);
  const json recorded = here.results("run").at("heads");
  for (const std::string split : {"test", "validation"}) {
    const Outcome found = here.glia({"evaluate", "run", "split=" + split, "--json"});
    INFO(found.err);
    REQUIRE(found.code == 0);
    const json heads = json::parse(found.out).at("heads");
    REQUIRE(heads.size() == 2);
    for (const auto& [id, head] : heads.items()) {
      for (const auto& [key, value] : head.items()) {
        INFO(id << ' ' << key);
        if (key == "confusion") {
          CHECK(value.at(split) == recorded.at(id).at("confusion").at(split));
        } else if (key != "collapsed" || split == "test") {
          CHECK(value == recorded.at(id).at(key));
        }
      }
      CHECK(head.contains(split + "_accuracy"));
      CHECK(head.contains(split + "_loss"));
    }
  }
  // Threads change nothing.
  CHECK(here.glia({"evaluate", "run", "--json", "--threads", "1"}).out ==
        here.glia({"evaluate", "run", "--json", "--threads", "3"}).out);
}

TEST_CASE("other samples, another data set and damage are measured when they are asked for") {
  const Workplace here;
  bring_run(here);
  const auto number = [&](const std::vector<std::string>& changes, const std::string& key) {
    std::vector<std::string> words{"evaluate", "run", "--json"};
    words.insert(words.end(), changes.begin(), changes.end());
    const Outcome found = here.glia(words);
    INFO(found.err);
    REQUIRE(found.code == 0);
    return json::parse(found.out).at("heads").at("neurons").at(key).get<double>();
  };
  const double whole = number({}, "test_accuracy");
  CHECK(number({"dataset.clothing.test_limit=50"}, "test_loss") != number({}, "test_loss"));
  const std::string same = "dataset.clothing={ plugin = \"fashion\", path = \"" + fashion +
                           "\", test_limit = 200, train_limit = 600 }";
  CHECK(number({same}, "test_accuracy") == whole);
  CHECK(number({"split=train"}, "train_accuracy") > 0);

  const Outcome damaged =
      here.glia({"evaluate", "run", "--json", "head.neurons.damage.weight_noise=[0.0, 3.0]",
                 "head.neurons.damage.draws=3"});
  INFO(damaged.err);
  REQUIRE(damaged.code == 0);
  const json levels = json::parse(damaged.out).at("heads").at("neurons").at("damage");
  REQUIRE(levels.size() == 2);
  CHECK(levels[0].at("kind") == "weight_noise");
  CHECK(levels[0].at("accuracies") == json{whole, whole, whole});
  CHECK(levels[1].at("accuracies") != levels[0].at("accuracies"));

  // For all heads at once.
  const Outcome all =
      here.glia({"evaluate", "run", "--json", "weight_noise=0.0,3.0", "damage.draws=3"});
  INFO(all.err);
  REQUIRE(all.code == 0);
  CHECK(json::parse(all.out).at("heads").at("neurons").at("damage") == levels);
  CHECK(json::parse(all.out).at("heads").at("astrocytes").at("damage").size() == 2);
}

TEST_CASE("pictures get the same answers from every kind of file") {
  const Workplace here;
  bring_run(here);
  const std::string bytes = test_pictures();
  here.write("pictures.idx", idx_of(bytes));
  REQUIRE(run_command({"gzip", "-k", "pictures.idx"}, {}, here.cwd()).code == 0);
  here.write("pictures.npy", npy_of(bytes, "200, 28, 28"));
  here.write("flat.npy", npy_of(bytes, "200, 784"));
  here.write("pictures.csv", csv_of(bytes));
  here.write("table.toml", "[dataset.mine]\nplugin = \"fashion\"\ntest_limit = 200\npath = \"" +
                               fashion + "\"\n");
  const auto predict = [&](const std::string& input) {
    const Outcome told =
        here.glia({"predict", "run", input, "-o", "out.csv", "--head", "astrocytes"});
    INFO(told.err);
    REQUIRE(told.code == 0);
    return here.read("out.csv");
  };
  const std::string answers = predict("pictures.idx");
  for (const std::string input : {"pictures.idx.gz", "pictures.npy", "flat.npy", "pictures.csv",
                                  "table.toml", "{ plugin = \"fashion\", test_limit = 200 }"}) {
    INFO(input);
    CHECK(predict(input) == answers);
  }
  CHECK(here.glia({"predict", "run", "pictures.npy", "--head", "astrocytes"}).out == answers);

  const auto lines = fields_of(answers);
  REQUIRE(lines.size() == tested + 1);
  CHECK(answers.substr(0, answers.find('\n')) ==
        "sample,label,p_T-shirt/top,p_trouser,p_pullover,p_dress,p_coat,p_sandal,p_shirt,p_sneaker,"
        "p_bag,p_ankle boot");
  const std::string labels = test_labels();
  std::size_t right = 0;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    REQUIRE(lines[i].size() == 12);
    CHECK(lines[i][0] == std::to_string(i - 1));
    double sum = 0, most = 0;
    std::size_t answer = 0;
    for (std::size_t c = 2; c < 12; ++c) {
      const double p = std::stod(lines[i][c]);
      sum += p;
      if (p > most) most = p, answer = c - 2;
    }
    CHECK(std::abs(sum - 1) < 1e-5);
    CHECK(lines[0][answer + 2] == "p_" + lines[i][1]);
    right += answer == static_cast<std::size_t>(labels[i - 1]);
  }
  // What it answers is what it is tested on without chance.
  const json measured =
      json::parse(here.glia({"evaluate", "run", "encoder.latent.test_latent=mean", "--json"}).out);
  CHECK(measured.at("heads").at("astrocytes").at("test_accuracy").get<double>() ==
        static_cast<double>(right) / tested);
}

TEST_CASE("answers are written as .npy and JSON too, with the last row of cells if wanted") {
  const Workplace here;
  bring_run(here);
  here.write("one.npy", npy_of(test_pictures().substr(0, pixels), "28, 28"));
  REQUIRE(here.glia({"predict", "run", "one.npy", "-o", "out.json", "--head", "neurons", "--rows"})
              .code == 0);
  const json sample = json::parse(here.read("out.json")).at("samples").at(0);
  CHECK(sample.at("p").size() == 10);
  CHECK(sample.at("cells").size() == 10);
  CHECK(sample.at("p").contains(sample.at("label").get<std::string>()));
  REQUIRE(here.glia({"predict", "run", "one.npy", "-o", "out.npy", "--head", "neurons"}).code == 0);
  const std::string bytes = here.read("out.npy");
  CHECK(bytes.find("'shape': (1, 10)") != std::string::npos);
  CHECK(bytes.size() == 128 + 10 * sizeof(float));
  float first = 0;
  std::memcpy(&first, bytes.data() + 128, sizeof first);
  CHECK(first == sample.at("p").at("T-shirt/top").get<float>());
  REQUIRE(here.glia({"predict", "run", "one.npy", "-o", "out.csv", "--head", "neurons", "--rows"})
              .code == 0);
  CHECK(fields_of(here.read("out.csv")).at(0).back() == "cell_9");
}

TEST_CASE("what stands on data that are gone still predicts, and measures when it is told where") {
  // A data set of files of the user's own, which the run does not carry.
  const Workplace there("");
  there.write("x.npy", npy_of(test_pictures(), "200, 28, 28"));
  there.write("y.npy", npy_of(test_labels(), "200"));
  there.write("small.toml", with(small_pipeline, R"(plugin = "fashion"
path = "/usr/share/datasets/fashion-mnist"
train_limit = 600
test_limit = 200
)",
                                 R"(plugin = "npy"
train_inputs = "x.npy"
train_targets = "y.npy"
test_inputs = "x.npy"
test_targets = "y.npy"
divide_by = 255
)"));
  const Outcome run = there.glia({"run", "small.toml", "-q", "-o", "run"});
  INFO(run.err);
  REQUIRE(run.code == 0);
  // From another folder, relative paths are still those of the run.
  const Workplace here;
  const Outcome from_here = here.glia({"evaluate", (there / "run").string(), "--json"});
  INFO(from_here.err);
  REQUIRE(from_here.code == 0);
  CHECK(json::parse(from_here.out).at("heads").at("neurons").at("test_accuracy") ==
        there.results("run").at("heads").at("neurons").at("test_accuracy"));

  fs::rename(there / "run", here / "run");
  fs::rename(there / "x.npy", here / "moved.npy");
  const Outcome told = here.glia({"predict", "run", "moved.npy", "--head", "neurons"});
  INFO(told.err);
  CHECK(told.code == 0);
  CHECK(fields_of(told.out).size() == tested + 1);
  const Outcome refused = here.glia({"evaluate", "run"});
  CHECK(refused.code == 1);
  CHECK(refused.err.find("x.npy: there is no such file") != std::string::npos);
}
