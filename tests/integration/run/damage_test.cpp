// SPDX-License-Identifier: MIT
// What a trained network withstands: noise on its weights, and their loss.
#include "catch.hpp"
#include "support.hpp"

#include <algorithm>

namespace {

const std::string damaged =
    with(small_pipeline, "train = { epochs = 2, learning_rate = 4e-3, batch_size = 64 }",
         "train = { epochs = 2, learning_rate = 4e-3, batch_size = 64 }\n"
         "damage = { weight_noise = [0, 3], weight_loss = [0.0, 0.5, 1], draws = 4 }");

json without_damage(json head) {
  head.erase("damage");
  return head;
}

}  // namespace

TEST_CASE("damage is tested level by level, draw by draw, and leaves the network as it was") {
  const Workplace place(damaged);
  const Outcome outcome = place.glia({"run", "small.toml", "-q", "-o", "run"});
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  CHECK(outcome.out.find("\ndamage:  run/figures/damage.png\n") != std::string::npos);
  const json heads = place.results("run").at("heads");
  CHECK_FALSE(heads.at("neurons").contains("damage"));
  const json& head = heads.at("astrocytes");
  const json& all = head.at("damage");
  REQUIRE(all.size() == 5);
  const auto accuracies = [&](std::size_t i) { return all.at(i).at("accuracies"); };
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(all.at(i).at("kind") == (i < 2 ? "weight_noise" : "weight_loss"));
    REQUIRE(accuracies(i).size() == 4);
  }
  // Level 0 is the trained network, tested on the same samples; without weights, all cells answer
  // by their biases alone.
  const json whole = json::array({head.at("test_accuracy"), head.at("test_accuracy"),
                                  head.at("test_accuracy"), head.at("test_accuracy")});
  CHECK(accuracies(0) == whole);
  CHECK(accuracies(2) == whole);
  for (const auto& accuracy : accuracies(4)) CHECK(accuracy == accuracies(4).at(0));
  CHECK(accuracies(1) != whole);
  CHECK(accuracies(3) != whole);
  const json noisy = accuracies(1);
  CHECK(std::any_of(noisy.begin(), noisy.end(), [&](const json& a) { return a != noisy[0]; }));

  // The training is that of a file without damage; so is the checkpoint.
  const Workplace plain;
  REQUIRE(plain.glia({"run", "small.toml", "-q", "-o", "run"}).code == 0);
  CHECK(plain.results("run").at("heads").at("astrocytes") == without_damage(head));
  CHECK_FALSE(fs::exists(plain / "run/damage.csv"));
  CHECK_FALSE(fs::exists(plain / "run/figures/damage.svg"));

  // The same draws again, from the settings as they were resolved, on other threads.
  REQUIRE(place.glia({"run", "run/resolved.toml", "-q", "--threads", "3", "-o", "again"}).code ==
          0);
  CHECK(place.heads("again") == place.heads("run"));
}

TEST_CASE("the draws of damage are tables, a figure and part of the report") {
  const Workplace place(damaged);
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "run"}).code == 0);
  const std::string csv = place.read("run/damage.csv");
  CHECK(csv.rfind("pipeline,seed,head,kind,level,draw,test_accuracy\n"
                  "small,3,astrocytes,weight_noise,0,0,",
                  0) == 0);
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 21);
  const std::string levels = place.read("run/figures/damage.csv");
  CHECK(levels.rfind("kind,series,level,draws,median,q1,q3,lowest,highest,head\n"
                     "weight_noise,1,0,4,",
                     0) == 0);
  CHECK(std::count(levels.begin(), levels.end(), '\n') == 6);
  CHECK(fs::file_size(place / "run/figures/damage.png") > 1000);
  CHECK(place.read("run/figures/damage.svg").find("weights lost (probability)") !=
        std::string::npos);
  const Outcome report = place.glia({"report", "run"});
  INFO(report.err);
  REQUIRE(report.code == 0);
  const std::string page = place.read("run/report.html");
  CHECK(page.find("<h3>Noise on weights</h3>") != std::string::npos);
  CHECK(page.find("<h3>Loss of weights</h3>") != std::string::npos);
}

TEST_CASE("a run that is stopped after its training tests the damage when it goes on") {
  const Workplace place(with(damaged, "draws = 4", "draws = 20000"));
  Running run(place, "run small.toml -q -o run");
  REQUIRE(run.halt_when([&] {
    return fs::exists(place / "run/log.txt") &&
           place.read("run/log.txt").find("astrocytes/train: epoch 2/2") != std::string::npos;
  }));
  run.signal(SIGTERM);
  run.signal(SIGCONT);
  const Outcome stopped = run.wait();
  INFO(stopped.err);
  CHECK(stopped.code == 75);
  CHECK_FALSE(place.results("run").at("heads").at("astrocytes").contains("damage"));
  // Other levels are other settings.
  const Outcome refused = place.glia(
      {"run", "small.toml", "-q", "-o", "run", "--resume", "head.astrocytes.damage.draws=4"});
  CHECK(refused.code == 4);
  CHECK(refused.err.find("stage 'astrocytes/damage':\n    - draws = 20000\n    + draws = 4\n") !=
        std::string::npos);
}

TEST_CASE("sweeps carry damage") {
  const Workplace place(with(damaged, "epochs = 2, learning_rate = 1e-3", "epochs = 1"));
  const Outcome outcome = place.glia({"sweep", "small.toml", "-q", "-o", "all", "--seeds", "2",
                                      "head.astrocytes.train.learning_rate=1e-3,4e-3"});
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  const std::string csv = place.read("all/damage.csv");
  CHECK(csv.rfind("trial,seed,head.astrocytes.train.learning_rate,head,kind,level,draw,"
                  "test_accuracy\n",
                  0) == 0);
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 81);
  const json trial = json::parse(place.read("all/results.json")).at("trials").at(0);
  CHECK(trial.at("heads").at("astrocytes").at("damage").size() == 5);
  REQUIRE(place.glia({"report", "all"}).code == 0);
  CHECK(place.read("all/report.html").find("<h3>Loss of weights: astrocytes</h3>") !=
        std::string::npos);
}

TEST_CASE("damage that means nothing is refused") {
  const Workplace place(damaged);
  Outcome outcome =
      place.glia({"validate", "small.toml", "head.astrocytes.damage.weight_loss=[0.5, 1.5]",
                  "head.astrocytes.damage.draws=0"});
  CHECK(outcome.code == 2);
  CHECK(outcome.err.find("weight_loss") != std::string::npos);
  CHECK(outcome.err.find("must be between 0 and 1, not 1.5") != std::string::npos);
  CHECK(outcome.err.find("draws") != std::string::npos);
  place.write("small.toml", with(damaged,
                                 "damage = { weight_noise = [0, 3], weight_loss = "
                                 "[0.0, 0.5, 1], draws = 4 }",
                                 "weight_noise = [0.1]\ndamage = { draws = 3 }"));
  outcome = place.glia({"validate", "small.toml"});
  CHECK(outcome.code == 2);
  CHECK(outcome.err.find("'weight_noise' belongs in damage = { ... }") != std::string::npos);
  CHECK(outcome.err.find("error: 'head.astrocytes.damage' has no levels\n"
                         "  hint: give weight_noise = [0.1, 0.2], ") != std::string::npos);
  CHECK(place
            .glia({"validate", "small.toml", "head.astrocytes.weight_noise=0",
                   "head.astrocytes.damage.weight_loss=[]"})
            .err.find("has no levels") != std::string::npos);
}
