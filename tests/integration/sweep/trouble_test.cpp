// SPDX-License-Identifier: MIT
// Trials that go wrong cost themselves and nothing else.
#include "catch.hpp"
#include "support.hpp"

namespace {

/// Runs one good trial beside one of this mode; returns the bad one.
json bad_trial(const Workplace& place, const std::string& mode,
               std::vector<std::string> more = {}) {
  std::vector<std::string> arguments{
      "sweep", "toy.toml", mode_axis + "=none," + mode, "-j", "2", "-o", "out", "--retries", "0"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const auto done = place.glia(arguments);
  INFO(done.err);
  CHECK(done.code == 3);
  const json trials = place.trials("out");
  CHECK(trials[0].at("status") == "ok");
  CHECK(trials[1].at("status") == "failed");
  CHECK(json::parse(place.read("out/results.json")).at("status") == "failed");
  return trials[1];
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("A plugin that crashes fails its trial, and the record says all") {
  const Workplace place;
  const auto trial = bad_trial(place, "segfault");
  CHECK(trial.at("error") == "its worker ended by itself: SIGSEGV (Segmentation fault)");
  const auto record = place.read("out/failures/1.txt");
  CHECK(contains(record, "seed     1\n"));
  CHECK(contains(record, "signal   SIGSEGV\n"));
  CHECK(contains(record, " MiB at most\n"));
  const auto at = record.find("repeat   ");
  REQUIRE(at != std::string::npos);
  const auto command = record.substr(at + 9, record.find('\n', at) - at - 9);
  CHECK(contains(command, "cd " + place.cwd() + " && "));
  CHECK(contains(command, "/bin/glia --plugin-path "));
  // The file that it was made of, as `glia best` has it, so that paths in it are found.
  CHECK(contains(command, " run " + (place / "toy.toml").string() + ' '));
  // From anywhere, with nothing in the environment.
  CHECK(run_command({"sh", "-c", command + " -o repeated"}, {}, "/").code == 128 + SIGSEGV);
  CHECK(place.has("repeated/plan.json"));
}

TEST_CASE("Whatever else a plugin does to its process fails its trial alone") {
  const Workplace place;
  const auto expect = [&](const std::string& mode, const std::string& error) {
    const auto trial = bad_trial(place, mode);
    CHECK(contains(trial.at("error"), error));
    fs::remove_all(place / "out");
  };
  expect("abort", "SIGABRT (Aborted)");
  expect("exit", "its worker ended by itself: exit code 7");
  expect("throw", "the calcium has run out");
  expect("throw_number", "");
  expect("not_a_number", "NaN");
  expect("grab", "");
}

TEST_CASE("A trial that hangs runs into its time limit") {
  const Workplace place;
  const auto trial = bad_trial(place, "hang", {"--timeout", "1s"});
  CHECK(trial.at("error") == "took longer than the time limit of 1 s");
}

TEST_CASE("A trial that leaks runs into its memory limit") {
  const Workplace place;
  const auto trial = bad_trial(place, "leak", {"--memory", "400MiB"});
  CHECK(contains(trial.at("error"), "of memory, more than the limit of 400 MiB"));
}

TEST_CASE("A trial that floods its log is stopped, and only its last lines are kept") {
  const Workplace place;
  const auto trial = bad_trial(place, "flood");
  CHECK(trial.at("error") == "wrote more than 64 MiB to its log");
  CHECK(fs::file_size(place / "out/failures/1.txt") < 10'000);
}

TEST_CASE("A trial that crashed once is tried again") {
  const Workplace place;
  const auto done =
      place.glia({"sweep", "toy.toml", mode_axis + "=segfault,none",
                  "network.net.pattern.trouble.once=" + (place / "once").string(), "-o", "out"});
  INFO(done.err);
  CHECK(done.code == 0);
  CHECK(contains(done.err, "it is run again"));
  CHECK(place.trials("out")[0].at("status") == "ok");
}

TEST_CASE("A worker that is killed from outside costs no attempt") {
  const Workplace place;
  const auto mode = GENERATE(as<std::string>(), "killed", "terminate");
  const auto done =
      place.glia({"sweep", "toy.toml", mode_axis + "=" + mode + ",none", "--retries", "0",
                  "network.net.pattern.trouble.once=" + (place / "once").string(), "-o", "out"});
  INFO(done.err);
  CHECK(done.code == 0);
  CHECK(place.trials("out")[0].at("status") == "ok");
}

TEST_CASE("Attempts are counted on when a sweep is resumed, and anew when it is retried") {
  const Workplace place;
  const auto attempts = [&] {
    const auto record = place.read("out/failures/0.txt");
    const auto at = record.find("attempts ") + 9;
    return std::stoi(record.substr(at, record.find('\n', at) - at));
  };
  Running sweep(place,
                {"sweep", "toy.toml", mode_axis + "=segfault", "--retries", "1", "-o", "out"});
  REQUIRE(sweep.until([&] { return contains(place.read("run.err"), "it is run again"); }));
  sweep.signal(SIGTERM);
  REQUIRE(sweep.wait().code == 75);
  REQUIRE(count_of(place, "out", "pending") == 1);
  CHECK(place.glia({"resume", "out"}).code == 3);
  CHECK(attempts() == 2);
  CHECK(place.glia({"retry", "out"}).code == 3);
  CHECK(attempts() == 4);
}

TEST_CASE("A worker that is told to end, and told again, costs no attempt") {
  const Workplace place;
  Running sweep(place, {"sweep", "toy.toml", x_axis + "=0", "-j", "1", "-o", "out", "--retries",
                        "0", "network.net.pattern.trouble.delay=100"});
  REQUIRE(sweep.until([&] { return count_of(place, "out", "running") == 1; }));
  const auto workers = workers_of(sweep.pid());
  REQUIRE(workers.size() == 1);
  ::kill(workers[0], SIGTERM);
  ::kill(workers[0], SIGTERM);
  const auto done = sweep.wait();
  INFO(done.err);
  CHECK(done.code == 0);
  CHECK(contains(done.err, "it is run again"));
}

TEST_CASE("A trial that is told to end again and again fails, and the sweep says so") {
  const Workplace place;
  const auto outcome = place.glia({"sweep", "toy.toml", mode_axis + "=none,terminate",
                                   "head.answer.train.epochs=99", "-o", "out"});
  CHECK(outcome.code == 3);
  CHECK(contains(outcome.err, "trial 1: its worker was told from outside to end; it is run again"));
  const auto trials = place.trials("out");
  CHECK(trials[0].at("status") == "ok");
  CHECK(trials[1].at("status") == "failed");
  CHECK(trials[1].at("error") == "its worker was told from outside to end, 21 times");
  CHECK(place.has("out/failures/1.txt"));
}

TEST_CASE("Fail-fast stops at the first failure, and the rest can be resumed") {
  const Workplace place;
  place.write("toy.toml", toy_pipeline + "[sweep.axes]\n\"" + mode_axis +
                              "\" = [\"throw\", \"none\"]\n\"" + x_axis + "\" = [0, 1, 2, 3]\n");
  const auto done = place.glia({"sweep", "toy.toml", "--fail-fast", "-j", "1", "-o", "out"});
  CHECK(done.code == 3);
  CHECK(count_of(place, "out", "failed") == 1);
  CHECK(count_of(place, "out", "pending") == 7);
  CHECK(place.glia({"resume", "out"}).code == 3);
  CHECK(count_of(place, "out", "failed") == 4);
  CHECK(count_of(place, "out", "ok") == 4);
}

TEST_CASE("A shared encoder that cannot be trained fails all that share it, and nothing else") {
  const Workplace place;
  place.write("toy.toml", toy_pipeline +
                              "[[sweep.zip]]\n\"encoder.pass.trained\" = [true, false]\n" +
                              "\"encoder.pass.train.learning_rate\" = [1e38, 1e-3]\n" +
                              "[sweep.axes]\n\"" + x_axis + "\" = [0, 1, 2]\n");
  const auto done = place.glia({"sweep", "toy.toml", "-o", "out", "encoder.pass.train.epochs=9",
                                "encoder.pass.train.optimizer=sgd"});
  CHECK(done.code == 3);
  INFO(done.err);
  CHECK(count_of(place, "out", "failed") == 3);
  CHECK(count_of(place, "out", "ok") == 3);
  CHECK(contains(done.err, "pass/encode, which it shares with other trials, failed: "));
}

TEST_CASE("Which weak trials are stopped is decided by results, whatever happens meanwhile") {
  const Workplace place;
  place.write("toy.toml", toy_pipeline +
                              "[sweep]\nearly_stopping = { min_epochs = 2, factor = 3 }\n" +
                              "[sweep.axes]\n\"" + x_axis + "\" = { from = 0, to = 8 }\n");
  const std::vector<std::string> words{"sweep",
                                       "toy.toml",
                                       "-j",
                                       "1",
                                       "-o",
                                       "alone",
                                       "head.answer.train.epochs=20",
                                       "dataset.toy.validation=0.25"};
  REQUIRE(place.glia(words).code == 0);
  auto disturbed = words;
  disturbed[5] = "killed";
  disturbed.push_back("network.net.pattern.trouble.delay=10");
  Running host(place, disturbed);
  REQUIRE(host.until([&] { return count_of(place, "killed", "pruned") > 0; }));
  host.signal(SIGKILL);
  CHECK(host.wait().code == 128 + SIGKILL);
  // And at moments of all kinds: before a rung is told of, before and after it is answered.
  for (int i = 0; i < 6; ++i) {
    Running again(place, {"resume", "killed", "-j", "1"});
    std::this_thread::sleep_for(std::chrono::milliseconds(250 + 61 * i));
    again.signal(SIGKILL);
    again.wait();
  }
  REQUIRE(place.glia({"resume", "killed", "-j", "1"}).code == 0);
  CHECK(contains(place.numbers("alone"), "pruned"));
  CHECK(place.numbers("killed") == place.numbers("alone"));
}

TEST_CASE("Weak trials are stopped early") {
  const Workplace place;
  place.write("toy.toml", toy_pipeline +
                              "[sweep]\nearly_stopping = { min_epochs = 2, factor = 3 }\n" +
                              "[sweep.axes]\n\"" + x_axis + "\" = { from = 0, to = 8 }\n");
  const auto blind =
      place.glia({"sweep", "toy.toml", "-j", "1", "-o", "out", "head.answer.train.epochs=20"});
  CHECK(blind.code == 2);  // nothing is chosen by the test split
  CHECK(contains(blind.err, "add validation = 0.1 to [dataset.toy]"));
  REQUIRE(place
              .glia({"sweep", "toy.toml", "-j", "1", "-o", "out", "head.answer.train.epochs=20",
                     "dataset.toy.validation=0.25"})
              .code == 0);
  std::size_t pruned = 0;
  for (const auto& trial : place.trials("out")) {
    const auto epochs = trial.at("heads").at("answer").at("curve").size();
    if (trial.at("status") == "pruned") {
      ++pruned;
      CHECK((epochs == 2 || epochs == 6 || epochs == 18));
    } else {
      CHECK(trial.at("status") == "ok");
      CHECK(epochs == 20);
    }
  }
  CHECK(pruned >= 3);
}
