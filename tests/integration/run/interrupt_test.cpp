// SPDX-License-Identifier: MIT
// Runs that are stopped or killed go on as if nothing had happened.
#include "catch.hpp"
#include "support.hpp"

namespace {

/// Long enough that a run cannot end between its first checkpoint and a signal.
const std::string long_pipeline =
    with(with(small_pipeline, "train = { epochs = 2, learning_rate = 1e-3",
              "train = { epochs = 12, learning_rate = 1e-3"),
         "input = \"matrix\"\ntrain = { epochs = 2", "input = \"matrix\"\ntrain = { epochs = 3000");

const std::string undisturbed(const Workplace& place) {
  if (place.glia({"run", "small.toml", "-q", "-o", "whole"}).code != 0) return "failed";
  return place.heads("whole");
}

Outcome resume(const Workplace& place, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{"run", "small.toml", "-o", "run", "--resume"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return place.glia(arguments);
}

}  // namespace

TEST_CASE("a run that is interrupted goes on to the same numbers") {
  const Workplace place(long_pipeline);

  // In the encoder's training.
  Running first(place, "run small.toml -o run --threads 2");
  REQUIRE(first.halt_when_written("run/checkpoints/latent.safetensors"));
  first.signal(SIGINT);
  first.signal(SIGCONT);
  const Outcome stopped = first.wait();
  INFO(stopped.err);
  CHECK(stopped.code == 75);
  CHECK(stopped.out.empty());
  CHECK(stopped.err.find("of stage 'latent/train'; the checkpoint is written") !=
        std::string::npos);
  CHECK(stopped.err.find("go on with: glia resume run") != std::string::npos);
  json results = place.results("run");
  CHECK(results.at("status") == "interrupted");
  CHECK(results.at("error").get<std::string>().find("stopped in epoch ") == 0);
  const auto epochs = results.at("encoders").at("latent").at("train_loss").size();
  CHECK(epochs >= 1);
  CHECK(epochs < 12);
  CHECK(place.names_in("run/checkpoints") == "latent.safetensors");

  // In a head's training, of the run that goes on; by another signal.
  fs::copy(place / "run", place / "early", fs::copy_options::recursive);
  const auto curve = [&] {
    return place.read("run/log.txt").find("astrocytes/train: epoch 2/3000");
  };
  Running second(place, "run small.toml -o run --resume --threads 1");
  REQUIRE(second.halt_when([&] { return curve() != std::string::npos; }));
  second.signal(SIGTERM);
  second.signal(SIGCONT);
  CHECK(second.wait().code == 75);
  results = place.results("run");
  CHECK(results.at("status") == "interrupted");
  CHECK(results.at("encoders").at("latent").at("train_loss").size() == 12);
  const auto points = results.at("heads").at("astrocytes").at("curve").size();
  CHECK(points >= 2);
  CHECK(points < 3000);
  CHECK(place.names_in("run/checkpoints").find("astrocytes.safetensors") == 0);

  const Outcome finished = resume(place, {"--threads", "3"});
  INFO(finished.err);
  REQUIRE(finished.code == 0);
  CHECK(finished.err.find("latent/train: taken from the checkpoint\n") != std::string::npos);
  const std::string heads = undisturbed(place);
  CHECK(place.heads("run") == heads);
  results = place.results("run");
  CHECK(results.at("status") == "ok");
  CHECK_FALSE(results.contains("error"));
  CHECK(results.at("stages").at("latent/train").at("reused") == true);
  CHECK(results.at("stages").at("astrocytes/train").at("reused") == false);

  // A complete run: nothing is trained again.
  REQUIRE(resume(place).code == 0);
  CHECK(place.heads("run") == heads);
  for (const std::string stage : {"latent/train", "astrocytes/train", "neurons/train"}) {
    CHECK(place.results("run").at("stages").at(stage).at("reused") == true);
  }
}

TEST_CASE("a run that is killed goes on to the same numbers") {
  const Workplace place(long_pipeline);
  const std::string heads = undisturbed(place);
  for (const std::string when : {"latent", "astrocytes"}) {
    INFO("killed while training " << when);
    fs::remove_all(place / "run");
    Running run(place, "run small.toml -q -o run");
    REQUIRE(run.halt_when_written("run/checkpoints/" + when + ".safetensors"));
    run.signal(SIGKILL);
    CHECK(run.wait().code == 128 + SIGKILL);
    CHECK_FALSE(fs::exists(place / "run/results.json"));
    const Outcome finished = resume(place);
    INFO(finished.err);
    REQUIRE(finished.code == 0);
    CHECK(place.heads("run") == heads);
  }
}

TEST_CASE("a second interrupt ends the run at once, and it can still go on") {
  const Workplace place(long_pipeline);
  Running run(place, "run small.toml -q -o run");
  REQUIRE(run.halt_when_written("run/checkpoints/latent.safetensors"));
  run.signal(SIGINT);
  run.signal(SIGTERM);  // both wait for the program to wake up
  run.signal(SIGCONT);
  const int code = run.wait().code;
  CHECK((code == 128 + SIGINT || code == 128 + SIGTERM));
  CHECK_FALSE(fs::exists(place / "run/results.json"));
  REQUIRE(resume(place, {"-q"}).code == 0);
  CHECK(place.results("run").at("status") == "ok");
}

TEST_CASE("going on with other settings is refused, naming them") {
  const Workplace place;
  REQUIRE(place.glia({"run", "small.toml", "-q", "-o", "run"}).code == 0);
  const std::string before = place.read("run/results.json");
  const std::string start = "glia: error: run was started with other settings:\n  stage ";
  const std::string end =
      "\n  hint: give the settings that it was started with, or run into a new folder\n";

  Outcome refused = resume(place, {"encoder.latent.train.learning_rate=2e-3"});
  CHECK(refused.code == 4);
  CHECK(refused.err == start +
                           "'latent/train':\n    - train.learning_rate = 0.001\n"
                           "    + train.learning_rate = 0.002" +
                           end);
  refused = resume(place, {"head.neurons.train.epochs=3"});
  CHECK(refused.code == 4);
  CHECK(refused.err ==
        start + "'neurons/train':\n    - train.epochs = 2\n    + train.epochs = 3" + end);

  // Steps that change places, or are there once more, differ too.
  const std::string steps = "{ wave = \"gather\" }, { wave = \"slide\" }, { activation = \"elu\" }";
  place.write("small.toml",
              with(small_pipeline, steps,
                   "{ wave = \"slide\" }, { wave = \"gather\" }, { activation = \"elu\" }"));
  refused = resume(place);
  CHECK(refused.code == 4);
  CHECK(refused.err == start + "'astrocytes/train':\n    the same steps in another order" + end);
  place.write("small.toml", with(small_pipeline, steps, steps + ", { activation = \"elu\" }"));
  refused = resume(place);
  CHECK(refused.code == 4);
  CHECK(refused.err.starts_with(start + "'astrocytes/train':\n"));
  CHECK(refused.err.find("    + plugin = elu 1.0.0") != std::string::npos);
  CHECK(place.read("run/results.json") == before);
}

TEST_CASE("going on where there is nothing is refused") {
  const Workplace place;
  Outcome refused = resume(place);
  CHECK(refused.code == 2);
  CHECK(
      refused.err ==
      "glia: error: run holds no run to go on with: it has no plan.json\n"
      "  hint: a trial that a sweep keeps is finished; a new run is started with glia run FILE -o "
      "DIR\n");
  refused = place.glia({"run", "small.toml", "--resume"});
  CHECK(refused.code == 2);
  CHECK(refused.err ==
        "glia: error: there is no earlier run of small.toml under runs/ to go on with\n"
        "  hint: name its folder with -o DIR, or leave out --resume\n");
  CHECK(place.names_in(".") == "small.toml");
}

TEST_CASE("a run that batch systems warn, or whose processor time is up, can be gone on with") {
  const Workplace place(long_pipeline);
  for (const int number : {SIGUSR1, SIGUSR2, SIGXCPU}) {
    fs::remove_all(place / "run");
    Running run(place, "run small.toml -q -o run");
    REQUIRE(run.halt_when_written("run/checkpoints/latent.safetensors"));
    run.signal(number);
    run.signal(SIGCONT);
    const Outcome stopped = run.wait();
    INFO(number << ": " << stopped.err);
    CHECK(stopped.code == 75);
    CHECK(stopped.err.find("go on with: glia resume run") != std::string::npos);
    CHECK((stopped.err.find("(the limit of processor time is reached: ulimit -t)") !=
           std::string::npos) == (number == SIGXCPU));
  }
  // `ulimit -t` sets the soft and the hard limit: left alone, the kernel would kill at once.
  fs::remove_all(place / "run");
  const Outcome timed = run_command({"sh", "-c",
                                     "ulimit -t 5; exec " + program +
                                         " run small.toml -q -o run --threads 1 "
                                         "head.astrocytes.train.epochs=1000000"},
                                    {{"GLIA_CACHE_DIR", "off"}}, place.cwd());
  INFO(timed.err);
  CHECK(timed.code == 75);
  CHECK(timed.err.find("(the limit of processor time is reached: ulimit -t)") != std::string::npos);
}
