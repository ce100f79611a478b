// SPDX-License-Identifier: MIT
// What a sweep says of its best: on the terminal, by `glia best`, and as a file.
#include "catch.hpp"
#include "support.hpp"

#include <algorithm>

namespace {

std::string validated(const std::string& more = {}) {
  std::string text = toy_pipeline;
  const std::string plugin = "plugin = \"toy\"\n";
  return text.replace(text.find(plugin), plugin.size(), plugin + "validation = 0.3\n") + more;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::string rate_axis = "head.answer.train.learning_rate";

}  // namespace

TEST_CASE("A sweep ends with the best point by its median, and advice that works") {
  const Workplace place(validated());
  const auto swept =
      place.glia({"sweep", "toy.toml", rate_axis + "=1e-3,1e-1", "--seeds", "3", "-o", "out"});
  INFO(swept.out);
  REQUIRE(swept.code == 0);
  const auto best = json::parse(place.glia({"best", "out", "--json", "-n", "9"}).out);
  REQUIRE(best.size() == 2);
  char number[40];
  std::snprintf(number, sizeof number, "%.6g", best[0].at("objective").get<double>());
  const std::string line = "best: answer.validation_accuracy " + std::string(number) +
                           " (median, n = 3): " + rate_axis + '=';
  CHECK(has(swept.out, line));
  CHECK(has(swept.out, "next:    glia best out, glia report out"));
  CHECK(has(swept.err, "median, n = 3"));  // the line while it runs, by the end of it
  const auto one = place.glia({"best", "out", "-n", "1"});
  CHECK(has(one.out, "1 of 2 points; all of them: -n 2"));
  CHECK_FALSE(has(place.glia({"best", "out"}).out, "points; all of them"));
}

TEST_CASE("Points that the objective does not tell apart are said to share the first place") {
  const Workplace place(validated());
  REQUIRE(place.glia({"sweep", "toy.toml", rate_axis + "=1e-9,2e-9", "-q", "-o", "out"}).code == 0);
  const auto told = place.glia({"best", "out"});
  INFO(told.out);
  CHECK(has(told.out,
            "2 points share the first place: validation_accuracy does not tell them "
            "apart; try --objective answer.validation_loss"));
  CHECK_FALSE(has(place.glia({"best", "out", "--objective", "answer.validation_loss"}).out,
                  "share the first place"));
}

TEST_CASE("Settings given to what is gone on with are said to be of another run or sweep") {
  const Workplace place(validated());
  REQUIRE(place.glia({"run", "toy.toml", "-q", "-o", "one"}).code == 0);
  const auto run = place.glia({"resume", "one", rate_axis + "=1"});
  CHECK(run.code == 2);
  CHECK(has(run.err, "'" + rate_axis + "=1' would make another run of it"));
  CHECK(has(run.err, "glia run one/resolved.toml " + rate_axis + "=1"));
  REQUIRE(place.glia({"sweep", "toy.toml", rate_axis + "=1e-3,2e-3", "-q", "-o", "out"}).code == 0);
  const auto sweep = place.glia({"resume", "out", rate_axis + "=1"});
  CHECK(sweep.code == 2);
  CHECK(has(sweep.err, "glia resume out --extend " + rate_axis + "=1"));
}

TEST_CASE("Without samples for validation a sweep does not advise what would fail") {
  const Workplace place;
  const auto swept = place.glia({"sweep", "toy.toml", rate_axis + "=1e-3,1e-1", "-o", "out"});
  REQUIRE(swept.code == 0);
  CHECK_FALSE(has(swept.out, "best"));
  CHECK(has(swept.out, "next:    glia report out"));
  CHECK(place.glia({"best", "out"}).code == 2);
  const auto report = place.glia({"report", "out"});
  CHECK(has(report.out, "test accuracy (%)"));
  CHECK(has(report.out, "n/a\n"));  // no quartiles of one run
}

TEST_CASE("A random search may say what it is judged by, and draws the same points") {
  const std::string search = "[sweep]\nsampler = \"random\"\ntrials = 6\n";
  const std::string axes = "[sweep.axes]\n\"" + rate_axis + "\" = { log_uniform = [1e-3, 1e-1] }\n";
  const Workplace place(validated(search + "objective = \"answer.validation_loss\"\n" + axes));
  place.write("plain.toml", validated(search + axes));
  REQUIRE(place.glia({"sweep", "toy.toml", "-q", "-o", "out"}).code == 0);
  REQUIRE(place.glia({"sweep", "plain.toml", "-q", "-o", "plain"}).code == 0);
  CHECK(place.numbers("out") == place.numbers("plain"));
  // Searches are compared by what each has found, though their points differ.
  REQUIRE(place.glia({"sweep", "toy.toml", "sweep.sampling_seed=2", "-q", "-o", "other"}).code ==
          0);
  const auto compared = place.glia({"compare", "out", "other"});
  INFO(compared.err);
  CHECK(compared.code == 0);
  CHECK(has(compared.out, "Each has drawn " + rate_axis + " for itself"));
  CHECK(has(compared.out, "Best point of answer by validation loss: A "));
  const auto told = place.glia({"best", "out"});
  CHECK(has(told.out, "by the median of answer.validation_loss"));
  const auto best = json::parse(place.glia({"best", "out", "--json", "-n", "9"}).out);
  CHECK(best[0].at("objective").get<double>() <= best[5].at("objective").get<double>());
  CHECK(json::parse(place.read("out/results.json")).at("sampler").at("direction") == "minimize");
  const auto refused =
      place.glia({"sweep", "toy.toml", "sweep.objective=answer.validation_losss", "-n"});
  CHECK(refused.code == 2);
  CHECK(has(refused.err, "did you mean 'validation_loss'?"));
  REQUIRE(place.glia({"resume", "out"}).code == 0);
}

TEST_CASE("Recall and precision of a class are objectives, and classes are guessed") {
  const Workplace place(validated());
  REQUIRE(place.glia({"sweep", "toy.toml", rate_axis + "=1e-3,1e-1", "-q", "-o", "out"}).code == 0);
  const auto trials = place.trials("out");
  std::vector<double> recalls;
  for (const auto& trial : trials) {
    recalls.push_back(trial.at("heads").at("answer").at("recall").at("validation").at(1));
  }
  const auto told =
      place.glia({"best", "out", "--json", "--objective", "answer.validation_recall_1"});
  INFO(told.err);
  REQUIRE(told.code == 0);
  CHECK(json::parse(told.out)[0].at("objective") ==
        *std::max_element(recalls.begin(), recalls.end()));
  const auto misspelt =
      place.glia({"best", "out", "--objective", "answer.validation_recall_of_nobody_at_all"});
  CHECK(has(misspelt.err,
            "and of each class validation_recall_NAME and validation_precision_NAME, "
            "such as 'validation_recall_0'"));
  place.write("search.toml", validated("[sweep]\nsampler = \"tpe\"\ntrials = 3\nobjective = "
                                       "\"answer.validation_recall_1\"\n[sweep.axes]\n\"" +
                                       rate_axis + "\" = { log_uniform = [1e-3, 1e-1] }\n"));
  const auto swept = place.glia({"sweep", "search.toml", "-o", "search"});
  INFO(swept.err);
  CHECK(swept.code == 0);
  CHECK(has(swept.out, "best: answer.validation_recall_1 "));
  REQUIRE(place.glia({"report", "search"}).code == 0);
  CHECK(has(place.read("search/report.html"), "validation recall 1"));
  const auto unknown =
      place.glia({"sweep", "search.toml", "sweep.objective=answer.validation_recall_7", "-n"});
  CHECK(unknown.code == 2);
  CHECK(has(unknown.err, "did you mean 'validation_recall_"));
}

TEST_CASE("What a sweep's file may not mean is said before it runs") {
  const Workplace place(validated(
      "[sweep]\nsampler = \"tpe\"\ntrials = 12\nobjective = \"answer.validation_accuracy\"\n"
      "[sweep.axes]\n\"" +
      rate_axis + "\" = { log_uniform = [1e-3, 1e-1] }\n"));
  const std::string blind = "all 12 points are drawn at random: 'tpe' learns from the 14th on";
  CHECK(has(place.glia({"validate", "toy.toml"}).err, blind));
  CHECK(has(place.glia({"sweep", "toy.toml", "-n"}).err, blind));
  CHECK_FALSE(has(place.glia({"sweep", "toy.toml", "-n", "sweep.trials=14"}).err, "warning"));
  place.write("toy.toml", validated());
  const auto crossed =
      place.glia({"sweep", "toy.toml", "-n", "sweep.samples=5", rate_axis + "=uniform(0.001,0.1)",
                  x_axis + "=0,1,2", "--seeds", "2"});
  INFO(crossed.err);
  CHECK(crossed.code == 0);
  CHECK(has(crossed.err,
            "lists are crossed with samples: 3 combinations x 5 samples x 2 seeds are "
            "30 trials"));
}

TEST_CASE("The file of the best settings says what the sweep's file says, and they") {
  const Workplace place(validated());
  REQUIRE(place.glia({"sweep", "toy.toml", rate_axis + "=1e-3,1e-1", "-q", "-o", "out"}).code == 0);
  REQUIRE(place.glia({"best", "out", "-o", "best.toml"}).code == 0);
  const auto text = place.read("best.toml");
  INFO(text);
  CHECK(has(text, "# The best of 2 points of out: answer.validation_accuracy"));
  CHECK(has(text, "learning_rate"));
  CHECK(has(text, "validation = 0.3"));
  CHECK_FALSE(has(text, "optimizer"));
  CHECK_FALSE(has(text, "[sweep"));
  const auto best = json::parse(place.glia({"best", "out", "--json"}).out);
  const auto command = best[0].at("command").get<std::string>() + " -q -o by_command";
  REQUIRE(run_command({"sh", "-c", command}, place.environment(), "/").code == 0);
  REQUIRE(place.glia({"run", "best.toml", "-q", "-o", "by_file"}).code == 0);
  CHECK(json::parse(place.read("by_file/results.json")).at("heads") ==
        json::parse(place.read("by_command/results.json")).at("heads"));
}

TEST_CASE("Lines of a run show validation where there is some, and test only elsewhere") {
  const Workplace place(validated());
  place.write("plain.toml", toy_pipeline);
  const auto shown = place.glia({"run", "toy.toml", "-o", "run"});
  CHECK(has(shown.err, "validation accuracy "));
  CHECK_FALSE(has(shown.err, "test accuracy "));
  CHECK(has(place.glia({"run", "plain.toml", "-o", "plain"}).err, "test accuracy "));
}

TEST_CASE("Whoever chooses by what is not there is told by validate too, at its place") {
  const Workplace place;
  const auto said = [&](const std::string& pipeline) -> std::string {
    place.write("toy.toml", pipeline);
    const auto outcome = place.glia({"validate", "toy.toml"});
    CHECK((outcome.code != 0) == has(outcome.err, "error: "));
    return outcome.code == 0 ? "" : outcome.err;
  };
  const auto keep = [&](const std::string& objective) {
    return validated("[sweep]\nseeds = 2\nkeep = { best = 2, objective = \"" + objective +
                     "\" }\n");
  };
  CHECK(said(keep("answer.validation_loss")).empty());
  CHECK(has(said(keep("answer.test_loss")),
            ": error: keep: objective must not be of the test split"));
  CHECK(has(said(keep("answr.validation_loss")), "did you mean 'answer'?"));
  CHECK(has(said(keep("answer.validation_los")), "did you mean 'validation_loss'?"));
  const std::string search =
      "[sweep]\nsampler = \"tpe\"\ntrials = 20\nobjective = \"answer.validation_loss\"\n"
      "[sweep.axes]\n\"" +
      rate_axis + "\" = { log_uniform = [1e-3, 1e-1] }\n";
  CHECK(said(validated(search)).empty());
  CHECK(has(said(toy_pipeline + search), "the sampler chooses by validation"));
  // Where the sweep itself keeps samples, there is no mistake.
  CHECK(said(toy_pipeline + search + "\"dataset.toy.validation\" = [0.2, 0.3]\n").empty());
}
