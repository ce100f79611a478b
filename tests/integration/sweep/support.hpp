// SPDX-License-Identifier: MIT
// `glia sweep` as a user calls it, on a pipeline whose trials take a few milliseconds.
#pragma once

#include "core/files.hpp"
#include "run_command.hpp"
#include "temp_folder.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <sstream>
#include <thread>

namespace fs = std::filesystem;
using nlohmann::json;

inline const std::string program = GLIA_BINARY_DIR "/bin/glia";

inline const std::string toy_pipeline =
    glia::read_file(GLIA_SOURCE_DIR "/tests/pipelines/toy.toml");

inline const std::string x_axis = "network.net.pattern.trouble.x";
inline const std::string mode_axis = "network.net.pattern.trouble.mode";

/// A folder to work in, with toy.toml in it, and a cache of its own.
class Workplace {
 public:
  explicit Workplace(const std::string& pipeline = toy_pipeline) { write("toy.toml", pipeline); }

  fs::path operator/(const std::string& name) const { return folder_ / name; }
  void write(const std::string& name, const std::string& text) const {
    glia::write_file(folder_ / name, text);
  }
  std::string read(const std::string& name) const { return glia::read_file(folder_ / name); }
  bool has(const std::string& name) const { return fs::exists(folder_ / name); }
  std::string cwd() const { return folder_.path().string(); }
  std::map<std::string, std::string> environment() const {
    auto all = more_;
    all["GLIA_CACHE_DIR"] = (folder_ / "cache").string();
    all["GLIA_PLUGIN_PATH"] = GLIA_BINARY_DIR "/tests/sweep";
    return all;
  }
  void set(const std::string& variable, const std::string& value) { more_[variable] = value; }

  Outcome glia(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), program);
    return run_command(arguments, environment(), cwd());
  }

  /// The trials of results.json.
  json trials(const std::string& sweep) const {
    return json::parse(read(sweep + "/results.json")).at("trials");
  }

  /// Everything of the trials that must not depend on how they were run.
  std::string numbers(const std::string& sweep) const {
    json all = trials(sweep);
    for (auto& trial : all) trial.erase("seconds");
    return all.dump(1);
  }

  std::vector<std::string> lines(const std::string& file) const {
    std::vector<std::string> all;
    std::istringstream stream(read(file));
    for (std::string line; std::getline(stream, line);) all.push_back(line);
    return all;
  }

 private:
  TempFolder folder_;
  std::map<std::string, std::string> more_;
};

/// A command under way. Killed at the end if it still lives.
class Running {
 public:
  Running(const Workplace& place, std::vector<std::string> arguments,
          const std::string& name = "run")
      : place_(place), name_(name) {
    arguments.insert(arguments.begin(), program);
    const std::string out = (place / (name + ".out")).string(),
                      err = (place / (name + ".err")).string();
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addchdir_np(&actions, place.cwd().c_str());
    auto variables = run_command_detail::environment(place.environment());
    const int reason = ::posix_spawnp(&pid_, program.c_str(), &actions, nullptr,
                                      run_command_detail::pointers(arguments).data(),
                                      run_command_detail::pointers(variables).data());
    posix_spawn_file_actions_destroy(&actions);
    if (reason != 0) throw std::runtime_error(program + ": " + std::strerror(reason));
  }
  Running(const Running&) = delete;
  ~Running() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  pid_t pid() const { return pid_; }
  void signal(int number) const { ::kill(pid_, number); }

  bool ended() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid != 0;
  }

  /// Waits until `happened`; false if the command ended before or a minute has passed.
  bool until(const std::function<bool()>& happened) const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (std::chrono::steady_clock::now() < deadline) {
      if (happened()) return true;
      if (ended()) return happened();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

  Outcome wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
    pid_ = -1;
    return {WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status),
            place_.read(name_ + ".out"), place_.read(name_ + ".err")};
  }

 private:
  const Workplace& place_;
  std::string name_;
  pid_t pid_ = -1;
};

/// Processes whose parent this is.
inline std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> all;
  std::ifstream file("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) +
                     "/children");
  for (pid_t pid; file >> pid;) all.push_back(pid);
  return all;
}

/// The sweep's process that workers are copies of; -1 if there is none.
inline pid_t nursery_of(pid_t sweep) {
  for (const pid_t child : children_of(sweep)) {
    std::string name;
    std::getline(std::ifstream("/proc/" + std::to_string(child) + "/comm"), name);
    if (name == "glia nursery") return child;
  }
  return -1;
}

/// Its other processes.
inline std::vector<pid_t> workers_of(pid_t sweep) {
  auto all = children_of(sweep);
  all.erase(std::remove(all.begin(), all.end(), nursery_of(sweep)), all.end());
  return all;
}

/// How many trials have the status, read while the sweep is running.
inline std::size_t count_of(const Workplace& place, const std::string& sweep,
                            const std::string& status) {
  const auto found = place.glia({"status", sweep, "--json"});
  if (found.code != 0) return 0;
  const json trials = json::parse(found.out).at("trials");
  return trials.value(status, std::size_t{0});
}
