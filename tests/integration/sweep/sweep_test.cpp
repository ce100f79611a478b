// SPDX-License-Identifier: MIT
#include "catch.hpp"
#include "support.hpp"

#include <set>

TEST_CASE("A sweep runs every combination of values and seeds once and leaves its files") {
  const Workplace place;
  const auto done =
      place.glia({"sweep", "toy.toml", x_axis + "=0,0.5", "--seeds", "2", "-j", "2", "-o", "out"});
  INFO(done.err);
  REQUIRE(done.code == 0);
  CHECK(done.out.find("4 trials: 4 ok\n") != std::string::npos);
  const json results = json::parse(place.read("out/results.json"));
  CHECK(results.at("format") == "glia-sweep/1");
  CHECK(results.at("id") == "out");
  CHECK(results.at("pipeline") == "toy");
  CHECK(results.at("status") == "ok");
  CHECK(results.at("axes") ==
        json::parse("[{\"path\": \"" + x_axis + "\", \"values\": [0, 0.5]}]"));
  REQUIRE(results.at("trials").size() == 4);
  std::set<std::pair<double, int>> seen;
  for (const auto& trial : results.at("trials")) {
    CHECK(trial.at("status") == "ok");
    CHECK(trial.at("error") == "");
    CHECK(trial.at("seconds").get<double>() > 0);
    const auto& head = trial.at("heads").at("answer");
    CHECK(head.at("curve").size() == 3);
    CHECK(head.at("chance") == 0.5);
    CHECK(head.at("parameters") == 14);
    CHECK(head.at("test_accuracy") == head.at("curve")[2].at("test_accuracy"));
    seen.emplace(trial.at("values").at(x_axis), trial.at("seed"));
  }
  CHECK(seen == std::set<std::pair<double, int>>{{0, 1}, {0, 2}, {0.5, 1}, {0.5, 2}});

  const auto csv = place.lines("out/results.csv");
  REQUIRE(csv.size() == 5);
  CHECK(csv[0] == "trial,seed,status," + x_axis +
                      ",answer.test_accuracy,answer.test_loss,"
                      "answer.test_balanced_accuracy,answer.test_calibration_error,seconds");
  CHECK(csv[1].starts_with("0,1,ok,0,"));
  CHECK(csv[4].starts_with("3,2,ok,0.5,"));
  for (const char* file : {"pipeline.toml", "resolved.toml", "plan.json", "sweep.sqlite",
                           "provenance.json", "sweep.json"}) {
    CHECK(place.has(std::string("out/") + file));
  }
  CHECK_FALSE(place.has("out/trials"));
  CHECK_FALSE(place.has("out/failures"));
}

TEST_CASE("A trial of a sweep gets the numbers of a run, on any number of workers") {
  const Workplace place;
  REQUIRE(place.glia({"sweep", "toy.toml", x_axis + "=0,1", "seeds=7,3", "-j", "1", "-o", "one"})
              .code == 0);
  REQUIRE(place.glia({"sweep", "toy.toml", x_axis + "=0,1", "seeds=7,3", "-j", "3", "-o", "three"})
              .code == 0);
  CHECK(place.numbers("one") == place.numbers("three"));
  REQUIRE(place.glia({"run", "toy.toml", x_axis + "=1", "pipeline.seed=3", "-o", "run"}).code == 0);
  const json run = json::parse(place.read("run/results.json"));
  CHECK(place.trials("one")[3].at("seed") == 3);
  CHECK(place.trials("one")[3].at("heads") == run.at("heads"));
}

TEST_CASE("A dry run shows all trials and makes nothing") {
  const Workplace place;
  const auto shown = place.glia({"sweep", "toy.toml", x_axis + "=0,1", "seeds=2", "-n"});
  REQUIRE(shown.code == 0);
  CHECK(shown.out.find("trial 3  seed 2  " + x_axis + "=1\n") != std::string::npos);
  CHECK(shown.out.find("4 trials") != std::string::npos);
  CHECK_FALSE(place.has("runs"));
  CHECK_FALSE(place.has("cache"));
  const auto as_json = place.glia({"sweep", "toy.toml", x_axis + "=0,1", "-n", "--json"});
  CHECK(json::parse(as_json.out).at("trials").size() == 2);
}

TEST_CASE("What a sweep cannot run is refused before anything is made") {
  const Workplace place;
  const auto refused = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"sweep", "toy.toml", "-o", "out"});
    const auto ended = place.glia(arguments);
    CHECK(ended.code == 2);
    CHECK_FALSE(place.has("out"));
    return ended.err;
  };
  CHECK(refused({x_axis + "=0,11"}) ==
        "argument '" + x_axis + "=0,11': error: x must be between -10 and 10, not 11\n");
  CHECK(refused({"network.net.pattern.trouble.y=0,1"}).find("unknown key 'y'") !=
        std::string::npos);
  CHECK(refused({}).find("has no [sweep] table") != std::string::npos);
  CHECK(refused({x_axis + "=0,1", "--cache-dir", "toy.toml"})
            .find("the cache's folder toy.toml is no folder") != std::string::npos);
  CHECK(refused({x_axis + "=0,1", "--memory", "5"}).find("memory is the limit of a whole worker") !=
        std::string::npos);
  CHECK(refused({"network.net.pattern.linear.width=2,3", "-j", "0"}).find("-j") !=
        std::string::npos);
  place.write("toy.toml", toy_pipeline + "[sweep]\nseeds = 2\ntimeout = \"soon\"\n");
  CHECK(refused({}).find(": error: timeout is a time such as") != std::string::npos);
}

TEST_CASE("Trials that share an encoder train it once, also from two sweeps at once") {
  const Workplace place;
  const std::vector<std::string> arguments{"sweep",
                                           "toy.toml",
                                           x_axis + "=range(0,5)",
                                           "encoder.pass.trained=true",
                                           "encoder.pass.delay=100",
                                           "encoder.pass.trace=" + (place / "trace").string(),
                                           "-j",
                                           "2"};
  const auto with_folder = [&](const std::string& folder) {
    auto all = arguments;
    all.insert(all.end(), {"-o", folder});
    return all;
  };
  Running a(place, with_folder("a"), "a"), b(place, with_folder("b"), "b");
  CHECK(a.wait().code == 0);
  CHECK(b.wait().code == 0);
  CHECK(place.lines("trace").size() == 1);
  CHECK(place.numbers("a") == place.numbers("b"));
  const auto ls = place.glia({"cache", "ls"});
  CHECK(ls.out.find("pass/train") != std::string::npos);
  CHECK(ls.out.find("2 results") != std::string::npos);
  CHECK(place.glia({"cache", "verify"}).out == "2 results checked, 0 damaged\n");
}

TEST_CASE(
    "Encoders that follow the seed are one for each seed, and one for all where they have their "
    "own") {
  const Workplace place;
  const auto shared = [&](const std::string& seed) {
    const auto trace = "trace" + seed;
    REQUIRE(
        place
            .glia({"sweep", "toy.toml", x_axis + "=0,1", "seeds=3", "-j", "2", "-o", "s" + seed,
                   "encoder.pass.trained=true", "encoder.pass.trace=" + (place / trace).string(),
                   seed.empty() ? "encoder.pass.feature_order=0" : "encoder.pass.seed=" + seed})
            .code == 0);
    const json plan = json::parse(place.read("s" + seed + "/plan.json"));
    CHECK(plan.at("shared").size() == place.lines(trace).size());
    CHECK(plan.at("shared").at(0).at("users") == 6 / plan.at("shared").size());
    return plan.at("shared").size();
  };
  CHECK(shared("") == 3);
  CHECK(shared("5") == 1);
}

TEST_CASE("Looking at a sweep needs no LibTorch, which takes long to start") {
  const auto loaded = run_command({program, "status"}, {{"LD_TRACE_LOADED_OBJECTS", "1"}});
  CHECK(loaded.out.find("libsqlite3") != std::string::npos);
  CHECK(loaded.out.find("libtorch") == std::string::npos);
}

TEST_CASE("What LibTorch stands on is loaded before it, each library in a scope of its own") {
  const auto loaded = run_command({program, "validate", "none.toml"}, {{"LD_DEBUG", "files"}});
  std::size_t before = 0, after = 0;
  bool there = false;
  std::istringstream lines(loaded.err);
  for (std::string line; std::getline(lines, line);) {
    if (line.find("/left-out/") != std::string::npos) continue;           // empty ones
    const bool opened = line.find("opening file=") != std::string::npos;  // by dlopen itself
    if (opened && line.find("/glia") != std::string::npos) there = true;
    if (opened) ++(there ? after : before);
  }
  CHECK(before > 10);
  CHECK(after > 10);  // the plugins
}

TEST_CASE("A plugin does not let the loader go through all that LibTorch needs once more") {
  const auto needs =
      run_command({"readelf", "-d", GLIA_BINARY_DIR "/lib/glia/plugins/classifier.so"});
  CHECK(needs.out.find("[libstdc++.so") != std::string::npos);
  for (const std::string heavy : {"[libtorch", "[libc10", "[libglia"}) {
    CHECK(needs.out.find(heavy) == std::string::npos);
  }
}

TEST_CASE("A sweep's folder is held by one process at a time") {
  const Workplace place;
  Running first(place, {"sweep", "toy.toml", x_axis + "=range(0,9)", "-j", "1", "-o", "out",
                        "network.net.pattern.trouble.delay=400"});
  REQUIRE(first.until([&] { return place.has("out/plan.json"); }));
  const auto second = place.glia({"resume", "out"});
  CHECK(second.code == 2);
  CHECK(second.err.find("another glia is at work in ") != std::string::npos);
  CHECK(second.err.find("process " + std::to_string(first.pid())) != std::string::npos);
  CHECK(place.glia({"sweep", "toy.toml", x_axis + "=0,1", "-o", "out"}).code == 2);
  const auto stopped = place.glia({"stop", "out"});
  CHECK(stopped.code == 0);
  CHECK(first.wait().code == 75);
}

TEST_CASE("A sweep that is stopped goes on to the numbers of one that was not") {
  const Workplace place;
  const std::vector<std::string> arguments{
      "sweep", "toy.toml", x_axis + "=range(0,5)",
      "-j",    "2",        "network.net.pattern.trouble.delay=20"};
  const auto with_folder = [&](const std::string& folder) {
    auto all = arguments;
    all.insert(all.end(), {"-o", folder});
    return all;
  };
  REQUIRE(place.glia(with_folder("whole")).code == 0);
  {
    Running stopped(place, with_folder("parts"));
    REQUIRE(stopped.until(
        [&] { return place.has("out/plan.json") || count_of(place, "parts", "ok") > 0; }));
    stopped.signal(SIGINT);
    const auto ended = stopped.wait();
    CHECK(ended.code == 75);
    CHECK(ended.err.find("go on with: glia resume parts") != std::string::npos);
  }
  CHECK(json::parse(place.read("parts/results.json")).at("status") == "interrupted");
  CHECK(place.glia({"resume", "parts", "-j", "2"}).code == 0);
  CHECK(place.numbers("parts") == place.numbers("whole"));
  CHECK(json::parse(place.read("parts/results.json")).at("status") == "ok");
  const auto again = place.glia({"resume", "parts"});
  CHECK(again.code == 0);
  CHECK(again.out.find("6 trials: 6 ok") != std::string::npos);
}

TEST_CASE("Resuming is refused when the file or a plugin has changed") {
  const Workplace place;
  fs::create_directory(place / "plugins");
  fs::copy_file(GLIA_BINARY_DIR "/tests/sweep/trouble.so", place / "plugins/trouble.so");
  const auto glia = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program);
    auto env = place.environment();
    env["GLIA_PLUGIN_PATH"] = (place / "plugins").string();
    return run_command(arguments, env, place.cwd());
  };
  REQUIRE(glia({"sweep", "toy.toml", mode_axis + "=none,throw", "-o", "out"}).code == 3);
  place.write("toy.toml", toy_pipeline + "# a remark\n");
  const auto refused = glia({"retry", "out"});
  CHECK(refused.code == 4);
  CHECK(refused.err.find("  + # a remark\n") != std::string::npos);
  CHECK(glia({"retry", "out", "--allow-changes"}).code == 3);
  const auto resumed = json::parse(place.read("out/provenance.json")).at("resumed");
  REQUIRE(resumed.size() == 1);
  CHECK(resumed[0].at("changes").get<std::string>().find("+ # a remark") != std::string::npos);
  // What the environment named when it was made still counts.
  CHECK(run_command({program, "resume", "out", "--allow-changes"}, {}, place.cwd()).code == 3);
  place.write("toy.toml", toy_pipeline);
  {
    std::ofstream library(place / "plugins/trouble.so", std::ios::app | std::ios::binary);
    library << "another build";
  }
  const auto changed = glia({"retry", "out"});
  CHECK(changed.code == 4);
  CHECK(changed.err.find("wave layer trouble: was 1.0.0, build ") != std::string::npos);
  fs::remove(place / "plugins/trouble.so");
  const auto gone = run_command({program, "resume", "out"}, {}, place.cwd());
  CHECK(gone.code == 4);
  CHECK(gone.err.find("plugins that the sweep stands on are gone: 'dataset toy', ") !=
        std::string::npos);
}

TEST_CASE("A sweep whose folder of departure is gone is resumed with leave only") {
  const Workplace place;
  fs::create_directory(place / "away");
  REQUIRE(run_command({program, "sweep", "../toy.toml", x_axis + "=0,1", "-o", "../out"},
                      place.environment(), (place / "away").string())
              .code == 0);
  fs::remove(place / "away");
  const auto refused = place.glia({"resume", "out", "--extend", "seeds=2"});
  CHECK(refused.code == 4);
  CHECK(refused.err.find("the folder that the sweep was started in cannot be entered") !=
        std::string::npos);
  CHECK(place.trials("out").size() == 2);
  CHECK(place.glia({"resume", "out", "--extend", "seeds=2", "--allow-changes"}).code == 0);
  CHECK(place.trials("out").size() == 4);
}

TEST_CASE("A sweep is extended by seeds and values, and numbers go on") {
  const Workplace place;
  REQUIRE(place.glia({"sweep", "toy.toml", x_axis + "=0,1", "seeds=2", "-o", "out"}).code == 0);
  const json before = place.trials("out");
  REQUIRE(place.glia({"resume", "out", "--extend", "seeds=3"}).code == 0);
  REQUIRE(place.trials("out").size() == 6);
  REQUIRE(place.glia({"resume", "out", "--extend", x_axis + "=2"}).code == 0);
  const json after = place.trials("out");
  REQUIRE(after.size() == 9);
  for (std::size_t i = 0; i < before.size(); ++i) CHECK(after[i] == before[i]);
  for (const auto& trial : after) CHECK(trial.at("status") == "ok");
  const auto as_run = place.glia({"run", "toy.toml", "--resume", "-o", "out"});
  CHECK(as_run.code == 2);
  CHECK(as_run.err.find("out holds a sweep and no run") != std::string::npos);
  for (const char* word : {"pipeline.name=x", "pipeline.name=x,y"}) {
    CHECK(place.glia({"resume", "out", "--extend", word}).code == 2);
  }
  CHECK(place.trials("out").size() == 9);
  REQUIRE(place.glia({"sweep", "toy.toml", x_axis + "=0,1,2", "seeds=3", "-o", "at_once"}).code ==
          0);
  std::set<std::string> a, b;
  for (json each : place.trials("at_once"))
    a.insert((each.erase("trial"), each.erase("seconds"), each.dump()));
  for (json each : after) b.insert((each.erase("trial"), each.erase("seconds"), each.dump()));
  CHECK(a == b);
}

TEST_CASE("A sweep that learns is the same sweep however often its host is killed") {
  std::string slow = toy_pipeline;  // or all of it is done before anybody can kill
  slow.replace(slow.find("\"trouble\""), 9, "\"trouble\", delay = 20");
  const Workplace place(slow + R"(
[sweep]
sampler = "tpe"
trials = 14
objective = "answer.parameters"
goal = "minimize"
startup = 4
parallel = 2

[sweep.axes]
"network.net.pattern.trouble.x" = { uniform = [0.0, 1.0] }
"head.answer.train.learning_rate" = { log_uniform = [1e-3, 1e-1] }
)");
  const auto whole = place.glia({"sweep", "toy.toml", "-j", "1", "-o", "whole"});
  INFO(whole.err);
  REQUIRE(whole.code == 0);
  CHECK(whole.out.find("14 trials: 14 ok\nbest: answer.parameters 14 (n = 1): ") == 0);
  const auto without_times = [&](const std::string& sweep) {
    auto lines = place.lines(sweep + "/results.csv");
    for (auto& line : lines) line.resize(line.rfind(','));
    return lines;
  };
  {
    Running first(place, {"sweep", "toy.toml", "-j", "2", "-o", "parts"});
    REQUIRE(first.until([&] { return count_of(place, "parts", "ok") >= 2; }));
    first.signal(SIGKILL);
    first.wait();
  }
  std::size_t kills = 1;
  for (const std::size_t trials : {5, 8, 11}) {
    if (count_of(place, "parts", "ok") >= trials) continue;
    Running next(place, {"resume", "parts", "-j", "3"});
    REQUIRE(next.until([&] { return count_of(place, "parts", "ok") >= trials; }));
    next.signal(SIGKILL);
    next.wait();
    ++kills;
  }
  CHECK(kills > 1);
  REQUIRE(place.glia({"resume", "parts", "-j", "2"}).code == 0);
  CHECK(without_times("parts") == without_times("whole"));
  CHECK(without_times("whole").size() == 15);

  REQUIRE(place.glia({"resume", "parts", "--extend", "sweep.trials=16"}).code == 0);
  CHECK(without_times("parts").size() == 17);
  CHECK(place.glia({"resume", "parts", "--extend", "seeds=2"}).code == 2);
}

TEST_CASE("A sweep that learns from what no head reports says how to get it") {
  const Workplace place(toy_pipeline +
                        "[sweep]\nsampler = \"tpe\"\ntrials = 3\n"
                        "objective = \"answer.validation_accuracy\"\naxes = { "
                        "\"network.net.pattern.trouble.x\" = { uniform = [0.0, 1.0] } }\n");
  const auto refused = place.glia({"sweep", "toy.toml", "-o", "out"});
  CHECK(refused.code == 2);
  CHECK(refused.err.find("add validation = 0.1 to [dataset.toy]") != std::string::npos);
  place.write("toy.toml", toy_pipeline +
                              "[sweep]\nsampler = \"tpe\"\ntrials = 3\nobjective = "
                              "\"anser.validation_accuracy\"\naxes = { "
                              "\"network.net.pattern.trouble.x\" = [1, 2] }\n");
  const auto head = place.glia({"sweep", "toy.toml", "-o", "other"});
  CHECK(head.code == 2);
  CHECK(head.err.find("there is no head 'anser'\n  hint: did you mean 'answer'?") !=
        std::string::npos);
}
