// SPDX-License-Identifier: MIT
// Sweeps on a real Slurm of one node, which every test starts for itself.
#include "../sweep/support.hpp"
#include "catch.hpp"

#include <algorithm>
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

/// A folder to work in with a Slurm that lives as long.
class Cluster {
 public:
  Cluster() : place_(slurm_pipeline) {
    fs::permissions(folder_.path(), fs::perms{0755});  // munge wants its socket to be reachable
    const auto up = run_command({"python3", cluster_script, "up", folder()});
    if (up.code != 0) throw std::runtime_error(up.out + up.err);
  }
  ~Cluster() { run_command({"python3", cluster_script, "down", folder()}); }

  const Workplace& place() const { return place_; }

  Outcome command(const std::vector<std::string>& words) const {
    auto env = place_.environment();
    env["SLURM_CONF"] = folder() + "/slurm.conf";
    return run_command(words, env, place_.cwd());
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
    return found.code == 0 ? json::parse(found.out) : json{{"status", "unknown"}};
  }
  bool until(const std::function<bool()>& happened) const {
    for (int i = 0; i < 600; ++i) {
      if (happened()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
  }
  bool until_status(const std::string& wanted) const {
    return until([&] { return status().at("status") == wanted; });
  }

  /// Living processes of this cluster whose command line holds the text.
  std::vector<pid_t> processes(const std::string& text) const {
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
  /// The processes of `glia task` for trials.
  std::vector<pid_t> tasks() const {
    return processes("task " + (place_ / "out").string() + " --round");
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

  TempFolder folder_;
  Workplace place_;
};

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
  const auto trace = cluster.status();
  CHECK(trace.at("total") == 6);
  REQUIRE(cluster.until_status("ok"));
  CHECK(cluster.status().at("trials").at("ok") == 6);
  cluster.check_numbers();
  CHECK(cluster.glia({"collect", "out"}).out.starts_with("0 new results; 6 trials: 6 ok\n"));
}

TEST_CASE("Trials of a Slurm task that was killed are submitted again") {
  const Cluster cluster;
  cluster.submit({"network.net.pattern.trouble.delay=100"});
  REQUIRE(cluster.until([&] { return cluster.place().has("out/slurm/round-1/leases/slice-0"); }));
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
  cluster.submit({"network.net.pattern.trouble.delay=100"});
  REQUIRE(cluster.until([&] { return cluster.place().has("out/slurm/round-1/leases/slice-0"); }));
  // The task goes on by itself, until Slurm notices and starts it once more.
  std::set<pid_t> supervisors;
  for (const pid_t pid : cluster.tasks()) supervisors.insert(parent_of(pid));
  std::size_t killed = 0;
  for (const pid_t pid : supervisors) killed += pid > 1 && ::kill(pid, SIGKILL) == 0 ? 1 : 0;
  CHECK(killed > 0);
  REQUIRE(cluster.until_status("ok"));
  cluster.check_numbers();
}

TEST_CASE("A machine without Slurm says so, and leaves nothing") {
  const Workplace place(slurm_pipeline);
  auto env = place.environment();
  env["PATH"] = "/nowhere";
  const auto refused = run_command(
      {program, "sweep", "toy.toml", "--launcher", "slurm", "-o", "out"}, env, place.cwd());
  CHECK(refused.code == 2);
  CHECK(refused.err.find("there is no program 'sbatch'") != std::string::npos);
  CHECK_FALSE(place.has("out"));
}
