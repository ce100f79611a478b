// SPDX-License-Identifier: MIT
// Policies as a run trains them: what they learn, that nothing but the seed counts, what is refused.
#include "results/head_json.hpp"
#include "toy_task.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <atomic>
#include <cmath>

using namespace glia;

namespace {

std::string signs(const std::string& train, const std::string& task = "") {
  return R"([task.signs]
plugin = "signs"
)" + task +
         R"(
[network.cells]
input = "signs"
pattern = [{ wave = "keep" }, { activation = "tanh" }, { wave = "narrow" }]
[policy.teller]
input = "cells"
train = { validation_episodes = 20, test_episodes = 30, )" +
         train + " }\n";
}

const std::string evolution = "generations = 30, candidates = 12, episodes = 6, sigma = 0.3";
const std::string reinforce =
    "method = \"reinforce\", generations = 60, episodes = 24, learning_rate = 0.1";

std::string remembering(const std::string& train) {
  return R"([task.signs]
plugin = "signs"
once = true
steps = 4
[network.memory]
input = "signs"
steps = 1
cells = 3
pattern = [{ wave = "keep" }, { activation = "tanh" }]
[network.last]
input = "memory"
pattern = [{ wave = "narrow" }]
[policy.teller]
input = "last"
train = { )" +
         train + " }\n";
}

/// All that was found, as results.json has it.
std::string found(const results::Results& results) {
  auto json = results::head_json(results.heads.at("teller"));
  return json.dump(1);
}

results::Results run(const std::string& text, const std::filesystem::path& folder,
                     const graph::StopRequest& stop = {}, int threads = 1) {
  return toy::run(text, folder, stop, threads, toy::task_parts());
}

}  // namespace

TEST_CASE("both methods learn to tell what they are shown, and stop when nothing is to be gained") {
  for (const auto& train : {evolution, reinforce}) {
    INFO(train);
    const TempFolder folder;
    const auto results = run(signs(train), folder.path());
    const auto& teller = results.heads.at("teller");
    CHECK(teller.objective().name == "return");
    CHECK(teller.test_accuracy == 5);
    CHECK(teller.test_loss == -5);
    CHECK(teller.validation_accuracy == 5);
    CHECK(teller.curve.size() < 60);
    CHECK(teller.kept_epoch == teller.curve.back().epoch);
    CHECK(teller.curve.back().validation_accuracy == 5);
    CHECK_FALSE(teller.collapsed);
    const auto& test = teller.metrics.at("test");
    CHECK(test.at("baseline_wrong") == 0);
    CHECK(test.at("baseline_right") == 5);
    CHECK(test.at("score") == 1);
    CHECK(test.at("share_of_right") == 1);
    CHECK(test.contains("shown"));
    CHECK(teller.parameters > 0);
  }
}

TEST_CASE("a policy that has learned nothing acts alike, and its curve is no higher at the end") {
  const TempFolder folder;
  const auto results = run(
      signs("generations = 1, candidates = 2, episodes = 1, learning_rate = 1e-9"), folder.path());
  const auto& teller = results.heads.at("teller");
  REQUIRE(teller.curve.size() == 1);
  CHECK(teller.test_accuracy < 5);
  CHECK(teller.curve[0].validation_accuracy == teller.validation_accuracy);
}

TEST_CASE("the numbers depend on the seed and on nothing else") {
  const std::string hard = "generations = 12, candidates = 40, episodes = 7, learning_rate = 0.01";
  const std::string again = "method = \"reinforce\", generations = 9, episodes = 130";
  for (const auto& text : {signs(hard), signs(reinforce), remembering(hard), remembering(again)}) {
    const TempFolder one, two, three;
    const std::string wanted = found(run(text, one.path()));
    CHECK(found(run(text, two.path(), {}, 3)) == wanted);
    CHECK(found(run("[pipeline]\nseed = 9\n" + text, three.path())) != wanted);
  }
}

TEST_CASE("a training that is stopped after any generation goes on to the same numbers") {
  const std::string hard = "generations = 9, candidates = 10, episodes = 3, learning_rate = 0.01";
  for (const auto& text : {signs(hard), remembering(hard)}) {
    const TempFolder whole, parts;
    const std::string wanted = found(run(text, whole.path()));
    for (int attempt = 1; attempt < 20; ++attempt) {
      std::atomic<int> asked{0};
      const int most = attempt == 1 ? 3 : 2;  // the first one plays its start besides
      const auto stop = [&] { return ++asked > most; };
      const auto results = run(text, parts.path(), stop);
      if (results.status == "ok") break;
      CHECK(results.status == "interrupted");
      CHECK_FALSE(results.heads.at("teller").curve.empty());
    }
    const auto results = run(text, parts.path());
    CHECK(results.stages.at("teller/train").reused);
    CHECK(found(results) == wanted);
  }
}

TEST_CASE("what is shown once is told later by a state that is carried on") {
  for (const auto& train :
       {"generations = 200, candidates = 40, episodes = 12, sigma = 0.5, learning_rate = 0.1",
        "method = \"reinforce\", generations = 200, episodes = 24, learning_rate = 0.05"}) {
    INFO(train);
    const TempFolder folder;
    const auto results = run(remembering(train), folder.path());
    CHECK(results.heads.at("teller").test_accuracy > 3.9);
  }
}

TEST_CASE("candidates come nearer, if they are told to") {
  const std::string train = "generations = 8, candidates = 12, episodes = 6, learning_rate = 0.01";
  const TempFolder one, two, three;
  const std::string wide = found(run(signs(train), one.path()));
  CHECK(found(run(signs(train + ", sigma_half = 0.0"), two.path())) == wide);
  CHECK(found(run(signs(train + ", sigma_half = 0.5"), three.path())) != wide);
  // Down to a thousandth: nearer ones would be the same numbers, and their ranks no gradient.
  const TempFolder four;
  const auto near = run(signs(train + ", sigma_half = 1e-3"), four.path());
  CHECK(std::isfinite(near.heads.at("teller").test_accuracy));
}

TEST_CASE("how far a gain counts back is the discount's to say") {
  const std::string train =
      "method = \"reinforce\", generations = 15, episodes = 12, learning_rate = 0.1";
  const TempFolder one, two, three;
  const std::string whole = found(run(signs(train), one.path()));
  CHECK(found(run(signs(train + ", discount = 1.0"), two.path())) == whole);
  CHECK(found(run(signs(train + ", discount = 0.0"), three.path())) != whole);
}

TEST_CASE("what does not fit together is told at its place") {
  const auto errors = [](const std::string& text) { return toy::errors(text, toy::task_parts()); };
  const std::string good = signs(evolution);
  CHECK(errors(good) == "");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
  };
  CHECK(errors(good + "[head.names]\nplugin = \"classes\"\ninput = \"cells\"\n") ==
        "FILE:12:9: error: head 'names' cannot be trained in task 'signs', which gives rewards and "
        "no targets\n  hint: train a policy: [policy.names] with input = \"cells\"");
  CHECK(errors(with(", { wave = \"narrow\" }", ", { wave = \"keep\" }")) ==
        "FILE:8:9: error: the last row of network 'cells' has 3 cells, and task 'signs' has 2 "
        "actions\n  hint: an action is a cell: end with 2 of them, by narrow_to = 2 for one");
  CHECK(errors(with("{ wave = \"narrow\" }", "{ wave = \"free\", width = 2 }"))
            .find("step 'free' of network 'cells' cannot be in policy 'teller'") !=
        std::string::npos);
  CHECK(errors(toy::start + "[network.cells]\ninput = \"eye\"\npattern = [{ wave = \"keep\" }]\n"
                            "[policy.teller]\ninput = \"cells\"\n")
            .find("policy 'teller' begins at encoder 'eye', and samples give no rewards") !=
        std::string::npos);
  CHECK(errors(with("input = \"cells\"", "input = \"signs\"")) ==
        "FILE:8:9: error: 'signs' is a task; a policy reads a network");
  CHECK(errors(with("generations = 30", "generations = 0")).find("generations must be ") !=
        std::string::npos);
  CHECK(errors(with("sigma = 0.3", "sigma = -0.3"))
            .find("sigma must be between 1e-09 and 1000, not -0.3") != std::string::npos);
  CHECK(errors(with("plugin = \"signs\"", "plugin = \"sings\"")).find("did you mean 'signs'?") !=
        std::string::npos);
}

TEST_CASE("a policy is drawn behind its task") {
  const auto drawn = toy::mermaid(signs(evolution), toy::task_parts());
  CHECK(drawn.find("node_signs[\"task signs<br>signs 1.0.0<br>2 actions, at most 5 steps\"]") !=
        std::string::npos);
  CHECK(drawn.find("node_cells -->|\"B × 2 cells\"| node_teller") != std::string::npos);
}

TEST_CASE("of several random starts the one with the highest return is trained") {
  // One generation with a step of nothing: the policy is its start.
  const std::string still = "generations = 1, candidates = 2, episodes = 1, learning_rate = 1e-9";
  double one = 0, many = 0;
  for (int seed = 1; seed <= 6; ++seed) {
    const std::string head = fmt::format("[pipeline]\nseed = {}\n", seed);
    const TempFolder alone, chosen, again, threads;
    const std::string several = head + signs(still + ", starts = 40");
    const auto results = run(several, chosen.path());
    CHECK(found(run(several, again.path(), {}, 3)) == found(results));
    one += run(head + signs(still), alone.path()).heads.at("teller").test_accuracy;
    many += results.heads.at("teller").test_accuracy;
  }
  CHECK(many > one + 6);
  const TempFolder first, second;
  CHECK(found(run(signs(still + ", starts = 1"), first.path())) ==
        found(run(signs(still), second.path())));
}

TEST_CASE("a start that no generation surpasses is kept, also by a training that was stopped") {
  const std::string head = "[pipeline]\nseed = 2\n";
  const std::string still = "starts = 20, candidates = 2, episodes = 1, learning_rate = 1e-9";
  const std::string wild = "starts = 20, candidates = 2, episodes = 1, learning_rate = 1e6";
  const TempFolder one, two, three;
  const auto start = run(head + remembering(still + ", generations = 1"), one.path());
  const std::string text = head + remembering(wild + ", generations = 6");
  const auto results = run(text, two.path());
  const auto& teller = results.heads.at("teller");
  REQUIRE(teller.curve.size() == 6);
  for (const auto& point : teller.curve) {
    CHECK(point.validation_accuracy < teller.validation_accuracy);
  }
  CHECK(teller.kept_epoch == 0);
  CHECK(teller.test_accuracy == start.heads.at("teller").test_accuracy);
  CHECK(teller.test_accuracy > 2.2);
  bool stopped_between = false;
  for (int most = 1; most < 60;
       ++most) {  // wherever it is asked: among the starts, in a generation
    std::atomic<int> asked{0};
    const auto part = run(text, three.path(), [&] { return ++asked > most; });
    if (part.status == "ok") break;
    stopped_between = stopped_between || !part.heads.at("teller").curve.empty();
  }
  CHECK(stopped_between);
  CHECK(found(run(text, three.path())) == found(results));
}
