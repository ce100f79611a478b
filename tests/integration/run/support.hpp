// SPDX-License-Identifier: MIT
// `glia run` as a user calls it, on a pipeline small enough to run dozens of times.
#pragma once

#include "core/files.hpp"
#include "run_command.hpp"
#include "temp_folder.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <set>
#include <thread>

namespace fs = std::filesystem;
using nlohmann::json;

inline const std::string program = GLIA_BINARY_DIR "/bin/glia";
inline const std::string fashion = "/usr/share/datasets/fashion-mnist";

/// Fashion-MNIST, a VAE, and two heads on one encoder, as pipelines/quickstart.toml.
inline const std::string small_pipeline = R"([pipeline]
name = "small"
seed = 3

[dataset.clothing]
plugin = "fashion"
path = "/usr/share/datasets/fashion-mnist"
train_limit = 600
test_limit = 200

[encoder.latent]
plugin = "vae"
input = "clothing"
z_features = 20
train = { epochs = 2, learning_rate = 1e-3, batch_size = 64 }

[network.matrix]
input = "latent"
narrow_to = 10
pattern = [{ wave = "gather" }, { wave = "slide" }, { activation = "elu" }]

[network.layers]
input = "latent"
pattern = [{ wave = "linear", width = 20 }, { activation = "softmax" }, { wave = "linear", width = 10 }]

[head.astrocytes]
plugin = "classifier"
input = "matrix"
train = { epochs = 2, learning_rate = 4e-3, batch_size = 64 }

[head.neurons]
plugin = "classifier"
input = "layers"
train = { epochs = 2, learning_rate = 4e-3, batch_size = 64 }
)";

/// `text` with the first `from` replaced; throws if it is not there.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("not in the pipeline: " + from);
  return text.replace(at, from.size(), to);
}

/// A folder to work in, with small.toml in it. Commands run there, so that names stay short.
class Workplace {
 public:
  explicit Workplace(const std::string& pipeline = small_pipeline) {
    write("small.toml", pipeline);
  }

  fs::path operator/(const std::string& name) const { return folder_ / name; }
  void write(const std::string& name, const std::string& text) const {
    glia::write_file(folder_ / name, text);
  }
  std::string read(const std::string& name) const { return glia::read_file(folder_ / name); }
  std::string cwd() const { return folder_.path().string(); }

  Outcome glia(std::vector<std::string> arguments,
               const std::map<std::string, std::string>& env = {}) const {
    arguments.insert(arguments.begin(), program);
    return run_command(arguments, env, cwd());
  }

  json results(const std::string& run) const { return json::parse(read(run + "/results.json")); }

  /// The part of results.json that must not depend on anything but the settings, as bytes.
  std::string heads(const std::string& run) const {
    const std::string text = read(run + "/results.json");
    const auto begin = text.find("\n  \"heads\": "), end = text.find("\n  \"encoders\": ");
    if (begin == std::string::npos || end == std::string::npos || begin > end) {
      throw std::runtime_error("no heads in " + text);
    }
    return text.substr(begin, end - begin);
  }

  /// Names in a folder, sorted, in one text.
  std::string names_in(const std::string& name) const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_ / name)) {
      names.insert(entry.path().filename().string());
    }
    std::string all;
    for (const auto& each : names) all += (all.empty() ? "" : " ") + each;
    return all;
  }

 private:
  TempFolder folder_;
};

/// A run under way, to be disturbed. Killed at the end if it still lives.
class Running {
 public:
  Running(const Workplace& place, const std::string& arguments) : place_(place) {
    const std::string command = "exec '" + program + "' " + arguments + " >out 2>err";
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, place.cwd().c_str());
    std::vector<std::string> argv{"sh", "-c", command};
    const int reason = ::posix_spawnp(&child_, "sh", &actions, nullptr,
                                      run_command_detail::pointers(argv).data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (reason != 0) throw std::runtime_error(std::string("sh: ") + std::strerror(reason));
  }
  Running(const Running&) = delete;
  ~Running() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }

  /// Halts the program as soon as `happened`; false if it ended before or a minute has passed.
  bool halt_when(const std::function<bool()>& happened) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (std::chrono::steady_clock::now() < deadline) {
      siginfo_t ended{};
      if (::waitid(P_PID, static_cast<id_t>(child_), &ended, WEXITED | WNOHANG | WNOWAIT) != 0 ||
          ended.si_pid != 0) {
        return false;
      }
      if (happened()) {
        signal(SIGSTOP);
        return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }
  bool halt_when_written(const std::string& file) {
    return halt_when([&] { return fs::exists(place_ / file); });
  }

  void signal(int number) const { ::kill(child_, number); }

  Outcome wait() {
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) continue;
    child_ = -1;
    return {WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status), place_.read("out"),
            place_.read("err")};
  }

 private:
  const Workplace& place_;
  pid_t child_ = -1;
};
