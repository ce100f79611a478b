// SPDX-License-Identifier: MIT
// No trial harms another, whatever it leaves behind; and a sweep is one build from first to last.
#include "catch.hpp"
#include "support.hpp"

#include <sys/stat.h>

using Catch::Matchers::Contains;

namespace {

const std::string left_axis = "network.net.pattern.trouble.leaves";

/// The trials whose mode is "none", without what may differ between sweeps.
std::vector<std::string> harmless_trials(const Workplace& place, const std::string& sweep) {
  std::vector<std::string> all;
  for (json trial : place.trials(sweep)) {
    const json& values = trial.at("values");
    if (values.value(mode_axis, "none") != "none") continue;
    if (values.value(left_axis, "nothing") != "nothing") continue;
    CHECK(trial.at("status") == "ok");
    all.push_back(trial.at("values").at(x_axis).dump() + trial.at("heads").dump());
  }
  return all;
}

bool lives(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string text;
  std::getline(file, text);
  const auto end = text.rfind(") ");
  return end != std::string::npos && text[end + 2] != 'Z';
}

/// The pipeline and plugins of its own, which can be replaced.
struct Replaceable {
  Workplace place;
  fs::path library = place / "plugins/trouble.so";

  Replaceable() {
    fs::create_directory(place / "plugins");
    fs::permissions(place / "plugins", fs::perms::owner_all);
    fs::copy(GLIA_BINARY_DIR "/tests/sweep/trouble.so", library);
  }
  /// Another build: the same code, other bytes.
  void replace() const {
    std::string bytes = glia::read_file(library);
    fs::rename(library, place / "kept.so");
    glia::write_file(library, bytes + "another build");
  }
  void put_back() const { fs::rename(place / "kept.so", library); }
  std::vector<std::string> words(std::vector<std::string> more) const {
    more.insert(more.begin(), {"--plugin-path", (place / "plugins").string()});
    return more;
  }
};

}  // namespace

TEST_CASE("Whatever a trial leaves in its worker, the next one has the numbers it has alone") {
  const Workplace place;
  REQUIRE(place.glia({"sweep", "toy.toml", x_axis + "=0,1,2,3", "-j", "1", "-o", "alone"}).code ==
          0);
  const auto alone = harmless_trials(place, "alone");
  place.write("toy.toml", toy_pipeline + "[sweep.axes]\n\"" + x_axis + "\" = [0, 1, 2, 3]\n\"" +
                              left_axis + "\" = [\"change\", \"nothing\"]\n" +
                              "[[sweep.also]]\naxes = { \"" + left_axis +
                              "\" = [\"guest\", \"close\"], \"" + x_axis + "\" = [5] }\n" +
                              "[[sweep.also]]\naxes = { \"" + mode_axis +
                              "\" = [\"segfault\", \"exit\", \"throw\", \"throw_number\"], \"" +
                              x_axis + "\" = [5] }\n");
  const auto done = place.glia({"sweep", "toy.toml", "-j", "1", "--retries", "0", "-o", "beside"});
  INFO(done.err);
  CHECK(done.code == 3);
  CHECK(harmless_trials(place, "beside") == alone);
}

TEST_CASE("A guest that breaks its worker down after its trial costs nobody else a thing") {
  const Workplace place;
  place.write("toy.toml", toy_pipeline + "[sweep.axes]\n\"" + x_axis + "\" = [0, 1, 2]\n\"" +
                              left_axis + "\" = [\"guest\", \"nothing\"]\n");
  const auto done = place.glia({"sweep", "toy.toml", "-j", "1", "--retries", "0", "-o", "out",
                                "network.net.pattern.trouble.delay=20"});
  INFO(done.err);
  for (const json& trial : place.trials("out")) {
    if (trial.at("values").at(left_axis) == "nothing") CHECK(trial.at("status") == "ok");
  }
}

TEST_CASE("A child that leaves its group ends with its worker all the same") {
  const Workplace place;
  const auto done =
      place.glia({"sweep", "toy.toml", left_axis + "=orphan", "-j", "1", "--retries", "0", "-o",
                  "out", "network.net.pattern.trouble.once=" + (place / "o").string()});
  CHECK(done.code == 3);
  REQUIRE(place.has("o.orphan"));
  const auto pid = place.lines("o.orphan").at(0);
  INFO(pid);
  CHECK_FALSE(lives(pid));
}

TEST_CASE("What a trial starts ends with it, also where it has left group and parent") {
  const Workplace place;
  const auto done = place.glia({"sweep", "toy.toml", left_axis + "=daemon", x_axis + "=0,1,2", "-j",
                                "1", "--retries", "0", "-o", "out",
                                "network.net.pattern.trouble.once=" + (place / "o").string()});
  INFO(done.err);
  CHECK(done.code == 0);
  const auto started = place.lines("o.daemons");
  CHECK(started.size() == 3);
  for (const auto& pid : started) CHECK_FALSE(lives(pid));
  REQUIRE(place.glia({"sweep", "toy.toml", x_axis + "=0,1,2", "-j", "1", "-o", "alone"}).code == 0);
  const auto heads = [&](const std::string& sweep) {
    std::vector<std::string> all;
    for (const json& trial : place.trials(sweep)) all.push_back(trial.at("heads").dump());
    return all;
  };
  CHECK(heads("out") == heads("alone"));
}

TEST_CASE("What a trial has started ends also where the sweep itself is killed") {
  const Workplace place;
  Running sweep(place, {"sweep", "toy.toml", left_axis + "=daemon", x_axis + "=0,1", "-j", "1",
                        "-q", "-o", "out", "network.net.pattern.trouble.delay=2000",
                        "network.net.pattern.trouble.once=" + (place / "o").string()});
  REQUIRE(sweep.until([&] { return place.has("o.daemons") && !place.lines("o.daemons").empty(); }));
  const auto workers = workers_of(sweep.pid());
  REQUIRE(workers.size() == 1);
  const auto daemon = place.lines("o.daemons").at(0), worker = std::to_string(workers[0]);
  CHECK(lives(daemon));
  sweep.signal(SIGKILL);
  sweep.wait();
  for (int i = 0; i < 2000 && (lives(daemon) || lives(worker)); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK_FALSE(lives(daemon));
  CHECK_FALSE(lives(worker));
}

TEST_CASE("What an attempt was writing when it was killed does not stay in the sweep") {
  auto pipeline = toy_pipeline + "[sweep]\nkeep = { best = 2 }\n";
  pipeline.insert(pipeline.find("[encoder.pass]"), "validation = 0.3\n");
  const Workplace place(pipeline);
  Running sweep(place, {"sweep", "toy.toml", x_axis + "=0,1", "-j", "1", "-q", "-o", "out",
                        "network.net.pattern.trouble.delay=40"});
  REQUIRE(sweep.until([&] { return count_of(place, "out", "ok") >= 1; }));
  sweep.signal(SIGKILL);
  sweep.wait();
  for (const std::string name : {"out/plan.json.tmp-1-2", "out/trials/1/x.tmp-3-4",
                                 "out/trials/1/checkpoints/answer.safetensors.tmp-5-6"}) {
    fs::create_directories((place / name).parent_path());
    place.write(name, "half");
  }
  const auto done = place.glia({"resume", "out", "-j", "1", "-q"});
  INFO(done.err);
  REQUIRE(done.code == 0);
  CHECK(place.has("out/trials/1/checkpoints/answer.safetensors"));
  for (const auto& entry : fs::recursive_directory_iterator(place / "out")) {
    INFO(entry.path());
    CHECK(entry.path().filename().string().find(".tmp-") == std::string::npos);
  }
}

TEST_CASE("A sweep whose plugin is replaced while it runs stops, and says which") {
  const Replaceable r;
  const auto axes = x_axis + "=0,1,2,3,4,5";
  REQUIRE(r.place.glia(r.words({"sweep", "toy.toml", axes, "-j", "1", "-o", "whole"})).code == 0);
  Running sweep(r.place, r.words({"sweep", "toy.toml", axes, "-j", "1", "-o", "out",
                                  "network.net.pattern.trouble.delay=40"}));
  REQUIRE(sweep.until([&] { return count_of(r.place, "out", "ok") >= 1; }));
  r.replace();
  for (const pid_t worker : workers_of(sweep.pid())) ::kill(worker, SIGKILL);
  const auto refused = sweep.wait();
  CHECK(refused.code == 4);
  CHECK_THAT(refused.err, Contains("wave layer trouble: was ") &&
                              Contains("was replaced while it ran") && Contains("glia resume"));
  CHECK(r.place.glia(r.words({"resume", "out", "-j", "1"})).code == 4);
  fs::copy(r.place / "out", r.place / "mixed", fs::copy_options::recursive);
  const auto mixed = r.place.glia(r.words({"resume", "mixed", "-j", "1", "--allow-changes"}));
  INFO(mixed.err);
  CHECK(mixed.code == 0);
  for (const std::string command : {"report", "compare"}) {
    std::vector<std::string> words{command, "mixed"};
    if (command == "compare") words.push_back("whole");
    CHECK_THAT(r.place.glia(words).err, Contains("mixed was gone on with other data, plugins") &&
                                            Contains("wave layer trouble: was "));
  }
  r.put_back();
  CHECK(r.place.glia(r.words({"resume", "out", "-j", "1"})).code == 0);
  const auto of = [&](const std::string& name) {
    std::vector<std::string> heads;
    for (const json& trial : r.place.trials(name)) heads.push_back(trial.at("heads").dump());
    return heads;
  };
  CHECK(of("out") == of("whole"));
}

TEST_CASE("What a sweep has stored and something has changed is named, and destroys nothing") {
  const Workplace place;
  REQUIRE(place.glia({"sweep", "toy.toml", x_axis + "=0,1", "-j", "1", "-o", "out"}).code == 0);
  const auto results = place.read("out/results.json");
  const auto change = [&](const std::string& name, const std::string& from, const std::string& to) {
    const std::string before = place.read("out/" + name);
    std::string text = before;
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    place.write("out/" + name, text.replace(at, from.size(), to));
    const auto told = place.glia({"resume", "out"});
    INFO(name << ": " << told.err);
    CHECK(told.code == 1);
    CHECK_THAT(told.err, Contains(name) && Contains("changed") && Contains("from a copy"));
    CHECK(place.read("out/results.json") == results);
    place.write("out/" + name, before);
    CHECK(place.glia({"resume", "out"}).code == 0);
  };
  fs::rename(place / "out/sweep.sqlite", place / "kept");
  place.write("out/sweep.sqlite", "");
  CHECK_THAT(place.glia({"resume", "out"}).err, Contains("it is empty or damaged"));
  fs::rename(place / "kept", place / "out/sweep.sqlite");
  fs::remove(place / "out/provenance.json");  // nothing is computed from it
  CHECK(place.glia({"resume", "out"}).code == 0);
  change("plan.json", "[1,[0]", "[2,[0]");
  change("sweep.json", "trouble.x=0,1", "trouble.x=0,2");
  change("pipeline.toml", "epochs = 3", "epochs = 4");
}

TEST_CASE("A sweep's results that were changed are named by what reads them") {
  const Workplace place;
  REQUIRE(place.glia({"sweep", "toy.toml", x_axis + "=0,1", "-j", "1", "-o", "out"}).code == 0);
  CHECK(place.glia({"report", "out"}).code == 0);
  const auto results = place.read("out/results.json");
  auto edited = results;
  const auto at = edited.find("\"test_accuracy\":") + 16;
  edited[at] = edited[at] == '1' ? '0' : '1';
  place.write("out/results.json", edited);
  for (const auto& words : {std::vector<std::string>{"report", "out"}, {"compare", "out", "out"}}) {
    const auto told = place.glia(words);
    INFO(words[0] << ": " << told.err);
    CHECK(told.code == 1);
    CHECK_THAT(told.err, Contains("results.json: was changed since glia wrote it") &&
                             Contains("glia resume SWEEP writes it anew"));
  }
  REQUIRE(place.glia({"resume", "out"}).code == 0);  // as the hint says
  CHECK(place.read("out/results.json") == results);
  CHECK(place.glia({"report", "out"}).code == 0);
}

TEST_CASE("Whoever only looks at a sweep is told of a changed row, and waits for nothing") {
  const Workplace place;
  REQUIRE(place.glia({"sweep", "toy.toml", x_axis + "=0,1", "-j", "1", "-o", "out"}).code == 0);
  CHECK(place.glia({"status", "out"}).code == 0);
  fs::remove(place / "out/.lock");
  REQUIRE(::mkfifo((place / "out/.lock").c_str(), 0600) == 0);
  CHECK(run_command({"timeout", "20", program, "status", "out"}, place.environment(), place.cwd())
            .code == 0);
  fs::remove(place / "out/.lock");
  REQUIRE(run_command({"python3", "-c",
                       "import sqlite3\n"
                       "db = sqlite3.connect('out/sweep.sqlite')\n"
                       "db.execute(\"UPDATE trials SET status = 'failed' WHERE trial = 1\")\n"
                       "db.commit()"},
                      {}, place.cwd())
              .code == 0);
  for (const std::string command : {"status", "best", "resume"}) {
    const auto told = place.glia({command, "out"});
    INFO(command << ": " << told.err);
    CHECK(told.code == 1);
    CHECK_THAT(told.err, Contains("trial 1 in its table 'trials' is not what was written"));
  }
}
