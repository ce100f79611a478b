// SPDX-License-Identifier: MIT
// Sweeps on a real Slurm of one node, which every test starts for itself.
#include "../sweep/support.hpp"
#include "catch.hpp"

#include <set>

namespace {

const std::string cluster_script = GLIA_SOURCE_DIR "/tests/integration/slurm/cluster.py";

/// Three values, two seeds, one shared encoder for each seed, two tasks.
const std::string slurm_pipeline = toy_pipeline + R"(
[sweep]
seeds = 2
slurm = { partition = "main", tasks = 2, warning = 1 }

[sweep.axes]
network.net.pattern.trouble.x = [0, 0.5, 1]
encoder.pass.trained = [true]
)";

/// Trials that last seconds: what is to happen meanwhile finds them under way.
const std::string slow = "network.net.pattern.trouble.delay=100";

/// A folder to work in with a Slurm that lives as long, or as this process.
class Cluster {
 public:
  explicit Cluster(const std::string& pipeline = slurm_pipeline) : place_(pipeline) {
    place_.set("SLURM_CONF", folder() + "/slurm.conf");
    fs::permissions(folder_.path(), fs::perms{0755});  // munge wants its socket to be reachable
    const auto up =
        run_command({"python3", cluster_script, "up", folder(), std::to_string(::getpid())});
    if (up.code != 0) throw std::runtime_error(up.out + up.err);
  }
  ~Cluster() { run_command({"python3", cluster_script, "down", folder()}); }

  const Workplace& place() const { return place_; }

  Outcome command(const std::vector<std::string>& words) const {
    return run_command(words, place_.environment(), place_.cwd());
  }
  Outcome glia(std::vector<std::string> words) const {
    words.insert(words.begin(), program);
    return command(words);
  }
  void submit(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"sweep", "toy.toml", "--launcher", "slurm", "-o", "out"};
    words.insert(words.end(), more.begin(), more.end());
    const auto done = glia(words);
    INFO(done.err);
    REQUIRE(done.code == 0);
  }
  void restart_controller() const {
    const auto up = run_command({"python3", cluster_script, "controller", folder()});
    INFO(up.out + up.err);
    REQUIRE(up.code == 0);
  }

  json status() const {
    const auto found = glia({"status", "out", "--json"});
    INFO(found.err);
    REQUIRE(found.code == 0);
    return json::parse(found.out);
  }
  /// Waits until it happens; all that a test waits for is to happen within minutes in all.
  bool until(const std::function<bool()>& happened) const {
    while (std::chrono::steady_clock::now() < deadline_) {
      if (happened()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
  }
  bool until_status(const std::string& wanted) const {
    if (until([&] { return status().at("status") == wanted; })) return true;
    WARN("not " << wanted << ":\n" << picture());
    return false;
  }
  /// Both tasks of trials are at work. Signals that come before that find no handler.
  bool until_at_work() const {
    const std::string leases = "out/slurm/round-1/leases/slice-";
    return until([&] { return place_.has(leases + "0") && place_.has(leases + "1"); });
  }
  std::string log() const { return place_.read("out/slurm/round-1/slice-0.log"); }
  pid_t controller() const {
    return std::stoi(glia::read_file(fs::path(folder()) / "slurmctld.pid"));
  }

  /// The processes of `glia task` for trials.
  std::vector<pid_t> tasks() const {
    const std::string text = "task " + (place_ / "out").string() + " --round 1 --slice";
    std::vector<pid_t> found;
    for (const auto& entry : fs::directory_iterator("/proc")) {
      const std::string name = entry.path().filename();
      if (name.find_first_not_of("0123456789") != std::string::npos) continue;
      std::ifstream file(entry.path() / "cmdline", std::ios::binary);
      std::string line{std::istreambuf_iterator<char>(file), {}};
      for (char& c : line) c = c ? c : ' ';
      if (line.find(text) != std::string::npos) found.push_back(std::stoi(name));
    }
    return found;
  }

  /// Collects, and compares with the same sweep run here.
  void check_numbers() const {
    const auto collected = glia({"collect", "out"});
    INFO(collected.out + collected.err);
    CHECK(collected.code == 0);
    REQUIRE(glia({"sweep", "toy.toml", "-o", "local"}).code == 0);
    CHECK(place_.numbers("out") == place_.numbers("local"));
  }

 private:
  std::string folder() const { return (folder_ / "cluster").string(); }

  /// What tells why a sweep does not get on.
  std::string picture() const {
    std::string shown = status().dump() + '\n' + command({"scontrol", "show", "job"}).out;
    for (const char* file : {"slice-0.log", "slice-1.log"}) {
      const std::string path = std::string("out/slurm/round-1/") + file;
      if (place_.has(path)) shown += path + ":\n" + place_.read(path);
    }
    for (const char* file : {"slurmctld.log", "slurmd.log"}) {
      shown += std::string(file) + ":\n" + glia::read_file(fs::path(folder()) / file);
    }
    return shown;
  }

  TempFolder folder_;
  Workplace place_;
  std::chrono::steady_clock::time_point deadline_ =
      std::chrono::steady_clock::now() + std::chrono::seconds(200);
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

pid_t parent_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("PPid:")) return std::stoi(line.substr(5));
  }
  return 0;
}

}  // namespace

TEST_CASE("A sweep on Slurm is submitted, runs by itself and is collected") {
  const Cluster cluster;
  cluster.submit();
  CHECK(cluster.status().at("total") == 6);
  REQUIRE(cluster.until_status("ok"));
  CHECK(cluster.status().at("trials").at("ok") == 6);
  cluster.check_numbers();
  CHECK(cluster.glia({"collect", "out"}).out.starts_with("0 new results; 6 trials: 6 ok\n"));
}

TEST_CASE("Trials of a Slurm task that was killed are submitted again") {
  const Cluster cluster;
  cluster.submit({slow});
  REQUIRE(cluster.until_at_work());
  for (const pid_t pid : cluster.tasks()) ::kill(pid, SIGKILL);
  REQUIRE(cluster.until_status("interrupted"));
  const auto again = cluster.glia({"resume", "out"});
  INFO(again.err);
  REQUIRE(again.code == 0);
  REQUIRE(cluster.until_status("ok"));
  cluster.check_numbers();
}

TEST_CASE("A Slurm task that lost its supervisor leaves every result once") {
  const Cluster cluster;
  cluster.submit({slow});
  REQUIRE(cluster.until_at_work());
  // The task goes on by itself, until Slurm notices and starts it once more.
  std::set<pid_t> supervisors;
  for (const pid_t pid : cluster.tasks()) supervisors.insert(parent_of(pid));
  std::size_t killed = 0;
  for (const pid_t pid : supervisors) killed += pid > 1 && ::kill(pid, SIGKILL) == 0 ? 1 : 0;
  CHECK(killed > 0);
  REQUIRE(cluster.until_status("ok"));
  cluster.check_numbers();
}

TEST_CASE("Of two processes that run one task, the later one counts") {
  const Cluster cluster;
  cluster.submit({slow});
  REQUIRE(cluster.until_at_work());
  const auto second = cluster.glia({"task", "out", "--round", "1", "--slice", "0"});
  CHECK(second.code == 0);
  REQUIRE(cluster.until(
      [&] { return contains(cluster.log(), "another process has taken over slice-0"); }));
  REQUIRE(cluster.until_status("ok"));
  cluster.check_numbers();
}

TEST_CASE("A sweep outlives Slurm's controller") {
  const Cluster cluster;
  cluster.submit({slow});
  REQUIRE(cluster.until_at_work());
  REQUIRE(::kill(cluster.controller(), SIGKILL) == 0);
  const json alone = cluster.status();  // from what tasks leave
  CHECK(alone.at("total") == 6);
  CHECK((alone.at("status") == "unknown" || alone.at("status") == "ok"));
  cluster.restart_controller();
  std::string state;
  REQUIRE(cluster.until([&] {
    state = cluster.status().at("status");
    return state == "ok" || state == "interrupted";
  }));
  if (state == "interrupted") {  // it had not yet written down that there was a job
    REQUIRE(cluster.glia({"resume", "out"}).code == 0);
  }
  REQUIRE(cluster.until_status("ok"));
  cluster.check_numbers();
}

TEST_CASE("A sweep on Slurm is stopped and goes on where it was") {
  const Cluster cluster;
  cluster.submit({slow});
  REQUIRE(cluster.until_at_work());
  const auto stopped = cluster.glia({"stop", "out"});
  INFO(stopped.err);
  CHECK(stopped.code == 0);
  REQUIRE(cluster.until_status("interrupted"));
  CHECK_FALSE(contains(cluster.log(), "requeued"));
  const auto again = cluster.glia({"resume", "out"});
  INFO(again.err);
  REQUIRE(again.code == 0);
  REQUIRE(cluster.until_status("ok"));
  cluster.check_numbers();
}

TEST_CASE("A Slurm task that is told to end writes its checkpoints and is requeued") {
  const Cluster cluster;
  cluster.submit({slow});
  const auto signal = GENERATE(as<std::string>(), "USR1", "TERM");  // near the limit; by somebody
  REQUIRE(cluster.until_at_work());
  const auto told = cluster.command({"scancel", "--batch", "--signal=" + signal, "2"});
  INFO(told.err);
  REQUIRE(told.code == 0);
  REQUIRE(cluster.until_status("ok"));
  CHECK(contains(cluster.log(), "asking to be requeued as 2_0"));
  cluster.check_numbers();
}

TEST_CASE("Crashes before a Slurm task was requeued count against a trial's retries") {
  const Cluster cluster;
  cluster.submit({mode_axis + "=segfault", x_axis + "=0", "sweep.seeds=1", "sweep.retries=3"});
  const std::string crashes = "out/slurm/round-1/attempts/0", crash = "failed\n";
  REQUIRE(cluster.until([&] {
    return cluster.place().has(crashes) && cluster.place().read(crashes) == crash + crash;
  }));
  REQUIRE(cluster.command({"scancel", "--batch", "--signal=USR1", "1"}).code == 0);
  REQUIRE(cluster.until_status("failed"));
  CHECK(contains(cluster.log(), "asking to be requeued as 1_0"));
  CHECK(cluster.place().read(crashes) == crash + crash + crash);  // and the fourth was the last
}

TEST_CASE("A sweep that learns runs on Slurm in rounds, and outlives its host and its tasks") {
  const Cluster cluster(toy_pipeline + R"(
[sweep]
sampler = "tpe"
trials = 8
objective = "answer.parameters"
goal = "minimize"
startup = 3
parallel = 2
slurm = { partition = "main", tasks = 2, warning = 1 }

[sweep.axes]
"network.net.pattern.trouble.x" = { uniform = [0.0, 1.0] }
"network.net.pattern.trouble.delay" = { uniform = [20, 60] }
)");
  const auto& place = cluster.place();
  const auto ok_trials = [&](std::size_t count) {
    return [&, count] { return count_of(place, "out", "ok") >= count; };
  };
  {
    Running host(place, {"sweep", "toy.toml", "--launcher", "slurm", "-o", "out"});
    REQUIRE(host.until([&] { return place.has("out/slurm/round-2/leases/slice-0"); }));
    host.signal(SIGKILL);  // its tasks go on
    host.wait();
  }
  {
    Running host(place, {"resume", "out"});
    REQUIRE(host.until([&] { return place.has("out/slurm/round-3/leases/slice-0"); }));
    CHECK(cluster.status().at("status") == "running");
    REQUIRE(cluster.glia({"stop", "out"}).code == 0);
    const auto ended = host.wait();
    CHECK(ended.code == 75);
    CHECK(contains(ended.err, "go on with: glia resume"));
    CHECK(json::parse(place.read("out/results.json")).at("status") == "interrupted");
  }
  REQUIRE(cluster.until_status("interrupted"));
  {
    Running host(place, {"resume", "out"});
    REQUIRE(host.until(ok_trials(6)));
    host.signal(SIGINT);
    const auto ended = host.wait();
    CHECK(ended.code == 75);
    CHECK(contains(ended.err, "go on with: glia resume"));
  }
  const auto last = cluster.glia({"resume", "out"});
  INFO(last.out + last.err);
  CHECK(last.code == 0);
  CHECK(contains(last.out, "8 trials: 8 ok\nbest: answer.parameters"));
  REQUIRE(cluster.glia({"sweep", "toy.toml", "-o", "local"}).code == 0);
  CHECK(place.numbers("out") == place.numbers("local"));
  CHECK(cluster.status().at("status") == "ok");
}

TEST_CASE(
    "A round on Slurm that brings nothing ends the sweep that learns, which says where to look") {
  const Cluster cluster(toy_pipeline + R"(
[sweep]
sampler = "tpe"
trials = 4
objective = "answer.parameters"
goal = "minimize"
slurm = { partition = "main", tasks = 1 }

[sweep.axes]
"network.net.pattern.trouble.x" = { uniform = [0.0, 1.0] }
"network.net.pattern.trouble.delay" = { uniform = [400, 500] }
)");
  Running host(cluster.place(), {"sweep", "toy.toml", "--launcher", "slurm", "-o", "out"});
  REQUIRE(host.until([&] { return cluster.place().has("out/slurm/round-1/leases/slice-0"); }));
  cluster.command({"scancel", "1", "2"});  // shared stages may be the first
  const auto ended = host.wait();
  CHECK(ended.code != 0);
  CHECK(contains(ended.err, "round 1 ended without a result"));
  CHECK(contains(ended.err, "round-1/slice-*.log"));
  CHECK(cluster.place().has("out/sweep.sqlite"));
}

TEST_CASE("A machine without Slurm says so, and leaves nothing") {
  const Workplace place(slurm_pipeline);
  auto env = place.environment();
  env["PATH"] = "/nowhere";
  const auto refused = run_command(
      {program, "sweep", "toy.toml", "--launcher", "slurm", "-o", "out"}, env, place.cwd());
  CHECK(refused.code == 2);
  CHECK(contains(refused.err, "there is no program 'sbatch'"));
  CHECK_FALSE(place.has("out"));
}
