// SPDX-License-Identifier: MIT
// Policies as a user trains them.
#include "../run/support.hpp"
#include "catch.hpp"
#include "says.hpp"

#include <csignal>

namespace {

const std::string cart = R"([pipeline]
name = "cart"
seed = 2

[task.cart]
plugin = "cartpole"
steps = 60

[network.lattice]
input = "cart"
pattern = [
  { wave = "spread" }, { activation = "tanh" },
  { wave = "gather" }, { activation = "tanh" },
  { wave = "gather" },
]

[policy.driver]
input = "lattice"
train = { generations = 6, candidates = 16, episodes = 2, validation_episodes = 30, test_episodes = 20 }
)";

const std::string ball = R"([task.ball]
plugin = "catch"
[network.lattice]
input = "ball"
narrow_to = 3
pattern = [{ wave = "gather" }, { activation = "tanh" }]
[policy.player]
input = "lattice"
train = { method = "reinforce", generations = 4, episodes = 16, learning_rate = 1e-2 }
)";

/// What `glia validate` says.
std::string told(const std::string& pipeline) {
  const Workplace place(pipeline);
  const Outcome outcome = place.glia({"validate", "small.toml"});
  CHECK(outcome.code == 2);
  return outcome.err;
}

}  // namespace

TEST_CASE("a policy learns to keep a pole up, and its run says how well") {
  const Workplace place(with(cart, "generations = 6", "generations = 40"));
  const Outcome outcome = place.glia({"run", "small.toml", "-q", "-o", "run"});
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  const auto driver = place.results("run").at("heads").at("driver");
  CHECK(driver.at("metrics").at(0).at("name") == "return");
  CHECK(driver.at("metrics").at(0).at("higher_is_better") == true);
  CHECK(driver.at("test_return") > 50);
  CHECK(driver.at("test_return") <= 60);
  CHECK(driver.at("test_baseline_lean") < driver.at("test_return"));
  CHECK(driver.at("validation_return") >= driver.at("curve").at(0).at("validation_return"));
  const auto kept = driver.at("kept_epoch").get<std::size_t>();
  CHECK(driver.at("curve").at(kept - 1).at("validation_return") == driver.at("validation_return"));
  CHECK(driver.at("parameters") == 12 + 6 + 12 + 4 + 6 + 2);
  CHECK(place.names_in("run/checkpoints") == "driver.safetensors");
  CHECK(place.read("run/epochs.csv").find("driver/train,driver,1,40,") != std::string::npos);
  const std::string figure = place.read("run/figures/figure.svg");
  says(figure, "over the generations");
  says(figure, "negative return");
  CHECK(figure.find("epoch") == std::string::npos);
}

TEST_CASE("its numbers do not depend on threads, and a stopped run goes on to them") {
  for (const auto& [pipeline, file] : {std::pair(cart, "driver"), {ball, "player"}}) {
    const std::string longer = with(pipeline, "generations = ", "generations = 20");
    const Workplace place(longer);
    REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "one", "--threads", "1"}).code == 0);
    REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "two", "--threads", "2"}).code == 0);
    CHECK(place.heads("one") == place.heads("two"));
    for (const int sign : {SIGINT, SIGKILL}) {
      fs::remove_all(place / "run");
      Running run(place, "run small.toml -q -o run");
      REQUIRE(run.halt_when_written("run/checkpoints/" + std::string(file) + ".safetensors"));
      run.signal(sign);
      run.signal(SIGCONT);
      run.wait();
      const Outcome finished = place.glia({"resume", "run", "-q"});
      INFO(finished.err);
      REQUIRE(finished.code == 0);
      CHECK(place.heads("run") == place.heads("one"));
    }
    const Outcome again = place.glia({"resume", "run", "-q"});
    REQUIRE(again.code == 0);
    CHECK(place.heads("run") == place.heads("one"));
    CHECK(place.results("run").at("stages").at(file + std::string("/train")).at("reused") == true);
  }
}

TEST_CASE("a sweep goes over policies, by their validation return") {
  const Workplace place(cart + "[sweep]\nseeds = 2\nkeep = { best = 1 }\n");
  const Outcome outcome = place.glia(
      {"sweep", "small.toml", "-q", "-o", "sweep", "-j", "2", "policy.driver.train.sigma=0.1,0.3"});
  INFO(outcome.err);
  REQUIRE(outcome.code == 0);
  const auto best = json::parse(place.glia({"best", "sweep", "--json"}).out);
  REQUIRE(best.size() == 2);
  CHECK(best.at(0).at("objective") >= best.at(1).at("objective"));
  CHECK(best.at(0).at("n") == 2);
  const auto named =
      place.glia({"best", "sweep", "--json", "--objective", "driver.validation_return"});
  CHECK(json::parse(named.out) == best);
  std::size_t kept = 0;  // without an objective too: by what the policy is for
  for (const auto& trial : fs::directory_iterator(place / "sweep/trials")) {
    kept += fs::exists(trial.path() / "resolved.toml") ? 1 : 0;
  }
  CHECK(kept == 1);
  CHECK(outcome.err.find("no trial is kept") == std::string::npos);
}

TEST_CASE(
    "a trial that is alone gets all cores of its sweep, and a killed sweep goes on to its "
    "numbers") {
  const Workplace place(with(cart, "generations = 6", "generations = 206") +
                        "[sweep]\nseeds = 1\nkeep = { best = 1 }\n");
  const auto trials = [&](const std::string& sweep) {
    json all = json::parse(place.read(sweep + "/results.json")).at("trials");
    for (auto& trial : all) trial.erase("seconds");
    return all;
  };
  REQUIRE(place.glia({"sweep", "small.toml", "-q", "-o", "one", "-j", "1"}).code == 0);
  Running run(place, "sweep small.toml -q -o many -j 3");
  REQUIRE(run.halt_when_written("many/trials/0/checkpoints/driver.safetensors"));
  run.signal(SIGKILL);
  run.wait();
  CHECK(trials("many").at(0).at("status") == "pending");
  const Outcome finished = place.glia({"resume", "many", "-q", "-j", "3"});
  INFO(finished.err);
  REQUIRE(finished.code == 0);
  CHECK(trials("many") == trials("one"));
}

TEST_CASE("what does not fit a task is told where it stands, with what to do") {
  std::string text = told(with(cart, "[policy.driver]\ninput = \"lattice\"\n",
                               "[head.names]\nplugin = \"classifier\"\ninput = \"lattice\"\n"
                               "[policy.driver]\ninput = \"lattice\"\n"));
  says(text, "small.toml:19:9: error: head 'names' cannot be trained in task 'cart'");
  says(text, "[policy.names] with input = \"lattice\"");

  text = told(with(cart, "  { wave = \"gather\" },\n]", "]"));
  says(text, "the last row of network 'lattice' has 4 cells, and task 'cart' has 2 actions");
  says(text, "narrow_to = 2");

  text = told(with(cart, "generations = 6", "generations = 0"));
  says(text, "generations must be between 1 and ");
  text = told(with(cart, "candidates = 16", "candidates = 15"));
  says(text, "candidates come in pairs");
  text = told(with(cart, "episodes = 2", "sigma = -0.1"));
  says(text, "sigma must be between 1e-09 and 1000, not -0.1");
  text = told(with(cart, "plugin = \"cartpole\"\nsteps = 60", "plugin = \"cartpol\""));
  says(text, "did you mean 'cartpole'?");
  text = told(with(cart, "generations = 6", "method = \"evolutoin\""));
  says(text, "did you mean 'evolution'?");
  text = told(with(cart, "generations = 6", "entropy = 0.1"));
  says(text, "'entropy' is a setting of method 'reinforce', and this one is 'evolution'");
  text = told("[task.cart]\nplugin = \"cartpole\"\n");
  says(text, "nothing to run");
  says(text, "[head.digit] with a plugin and an input, or a [policy.ID]");
}

TEST_CASE("chance in a network is part of an evolved policy, and none of reinforce's") {
  const std::string noisy = with(cart, "{ wave = \"spread\" }, ",
                                 "{ wave = \"spread\" }, { wave = \"noise\", sigma = 0.1 }, ");
  const Workplace place(noisy);
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "one", "--threads", "1"}).code == 0);
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "two", "--threads", "2"}).code == 0);
  CHECK(place.heads("one") == place.heads("two"));
  place.write("small.toml", with(with(noisy, "candidates = 16, ", ""), "generations = 6",
                                 "generations = 6, method = \"reinforce\""));
  const Outcome refused = place.glia({"run", "small.toml", "-q", "-o", "three"});
  CHECK(refused.code != 0);
  says(refused.err, "policy 'driver' has a layer of chance");
}

TEST_CASE("candidates that no memory holds are refused, with what to do") {
  const Workplace place(cart);
  const Outcome refused =
      place.glia({"run", "small.toml", "-q", "-o", "run", "policy.driver.train.candidates=100000",
                  "policy.driver.train.episodes=1000"});
  CHECK(refused.code != 0);
  says(refused.err, "100000 candidates in 1000 episodes each");
  says(refused.err, "take fewer candidates or episodes");
}

TEST_CASE("a trained policy plays its test again to the bit, and other episodes where asked to") {
  const Workplace place(cart);
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "run"}).code == 0);
  const auto evaluated = [&](std::vector<std::string> changes) {
    std::vector<std::string> words{"evaluate", "run", "--json"};
    words.insert(words.end(), changes.begin(), changes.end());
    const Outcome outcome = place.glia(words);
    INFO(outcome.err);
    REQUIRE(outcome.code == 0);
    return json::parse(outcome.out).at("heads").at("driver");
  };
  const auto before = place.results("run").at("heads").at("driver");
  const auto again = evaluated({});
  for (const std::string key : {"test_return", "test_loss", "test_baseline_lean"}) {
    INFO(key);
    CHECK(again.at(key) == before.at(key));
  }
  CHECK(again.at("episodes") == 20);
  const std::string lean = "test_baseline_lean";
  CHECK(evaluated({"seed=9", "episodes=50"}).at(lean) != evaluated({"episodes=50"}).at(lean));
  CHECK(evaluated({"seed=9"}) == evaluated({"seed=9"}));
  CHECK(evaluated({"episodes=50"}).at("episodes") == 50);
  CHECK(evaluated({"task.cart.steps=3"}).at("test_return") == 3);
  CHECK(place.results("run").at("heads").at("driver") == before);
  const Outcome text = place.glia({"evaluate", "run"});
  says(text.out, "20 test episodes");
  says(text.out, "test_return");
}

TEST_CASE("a lesion takes a policy's memory away") {
  const std::string remembering = R"([task.pair]
plugin = "delayed_match"
delay = 2
[network.lattice]
input = "pair"
steps = 1
cells = 6
pattern = [{ wave = "slide" }, { activation = "tanh" }]
defaults = { init = "orthogonal" }
[network.choice]
input = "lattice"
narrow_to = 2
pattern = [{ wave = "gather" }, { activation = "tanh" }]
defaults = { init = "orthogonal" }
[policy.player]
input = "choice"
train = { method = "reinforce", generations = 200, episodes = 64, learning_rate = 2e-2, discount = 0.0 }
)";
  const Workplace place(remembering);
  const Outcome run = place.glia({"run", "small.toml", "-q", "-o", "run"});
  INFO(run.err);
  REQUIRE(run.code == 0);
  const auto whole = json::parse(place.glia({"evaluate", "run", "--json"}).out);
  const auto cut = json::parse(place.glia({"evaluate", "run", "--json", "lesion=lattice"}).out);
  const double recorded = place.results("run").at("heads").at("player").at("test_return");
  CHECK(whole.at("heads").at("player").at("test_return") == recorded);
  CHECK(recorded > 0.7);
  CHECK(cut.at("heads").at("player").at("test_return") < 0.65);
  const Outcome refused = place.glia({"evaluate", "run", "lesion=choice"});
  CHECK(refused.code == 2);
  says(refused.err, "no policy has a network 'choice' that carries a state");
  says(refused.err, "those that do: 'lattice'");
}

TEST_CASE("what a policy cannot be asked is told") {
  const Workplace place(cart);
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "run"}).code == 0);
  const auto refusal = [&](const std::string& word) {
    const Outcome outcome = place.glia({"evaluate", "run", word});
    CHECK(outcome.code == 2);
    return outcome.err;
  };
  says(refusal("split=validation"), "seed=2 draws other episodes");
  says(refusal("weight_noise=0.1"), "weights of policies cannot be damaged");
  says(refusal("episodes=0"), "argument 'episodes=0': error: episodes must be between 1 and");
  says(refusal("episodes=-1"), "'episodes' takes a whole number from 1, not '-1'");
  says(refusal("seed=x"), "'seed' takes a whole number from 0, not 'x'");
  says(refusal("seed=99999999999999999999"), "argument 'seed=99999999999999999999': error: seed");
  says(refusal("lesion="), "'lesion=' says no value");
  const Outcome other = place.glia({"evaluate", "run", "task.cart.plugin=catch"});
  CHECK(other.code != 0);
  says(refusal("episode=9"), "did you mean 'episodes'?");
  fs::remove(place / "run/checkpoints/driver.safetensors");
  CHECK(place.glia({"evaluate", "run"}).code != 0);
}

TEST_CASE("commands that need a head say that a policy's run has none") {
  const Workplace place(cart);
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "run"}).code == 0);
  const Outcome refused = place.glia({"wave", "run", "-o", "wave.svg"});
  CHECK(refused.code == 2);
  says(refused.err, "holds no head that was trained");
  says(refused.err, "glia evaluate plays other episodes");
  const Outcome compiled = place.glia({"compile", "run", "-o", "matrix"});
  CHECK(compiled.code == 2);
  says(compiled.err, "policies cannot be compiled");
  const Outcome exported = place.glia({"export", "run", "-o", "model.onnx"});
  CHECK(exported.code == 2);
  says(exported.err, "'driver' is a policy, and policies cannot be exported");
  says(exported.err, "let it play: glia evaluate ");
  says(exported.err, "checkpoints/driver.safetensors");
  const Outcome named = place.glia({"export", "run", "-o", "model.onnx", "--head", "driver"});
  CHECK(named.code == 2);
  says(named.err, "'driver' is a policy");
  CHECK(place.glia({"graph", "small.toml"}).code == 0);
  CHECK(place.glia({"report", "run"}).code == 0);
}
