// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "core/json_text.hpp"
#include "core/output.hpp"
#include "core/shell_words.hpp"
#include "sweep/folder.hpp"
#include "sweep/launcher.hpp"
#include "sweep/results_files.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>

namespace glia::cli {
namespace fs = std::filesystem;
namespace {

using namespace std::chrono_literals;

struct StatusCommand {
  std::string folder;
  bool watch = false, json = false;
};

struct State {
  std::string id, pipeline, status, place;
  std::optional<sweep::Holder> holder;
  std::map<sweep::Status, std::size_t> counts;
  std::size_t total = 0;
  std::map<std::string, std::size_t> queue;  ///< tasks of a cluster by their state
  std::string trouble;                       ///< why that is not known
};

const char* ends_with(const State& state) {
  return state.counts.count(sweep::Status::failed) ? "failed" : "ok";
}

/// What tasks have left counts, collected or not.
void add_watched(State& state, const sweep::Watched& watched, const sweep::Store& store) {
  const auto pending = store.trials(sweep::Status::pending);
  const std::set<std::size_t> open(pending.begin(), pending.end());
  for (const auto& outcome : watched.results) {
    if (!open.count(outcome.trial)) continue;
    --state.counts[sweep::Status::pending];
    ++state.counts[outcome.status];
  }
  if (state.counts[sweep::Status::pending] == 0) state.counts.erase(sweep::Status::pending);
  state.queue = watched.tasks;
  if (watched.trouble) state.trouble = watched.trouble->message();
  std::size_t known = 0;
  for (const auto& [status, count] : state.counts) known += count;
  const bool grows = known < store.size();
  if (grows && state.holder) return;  // somebody waits for the round, and submits the next one
  const bool left = grows || state.counts.count(sweep::Status::pending) > 0;
  // A task that outlived its supervisor leaves results, and Slurm takes it for running for a while.
  state.status = !left                    ? ends_with(state)
                 : !state.trouble.empty() ? "unknown"
                 : !state.queue.empty()   ? "running"
                                          : "interrupted";
}

State state_of(const fs::path& folder) {
  const sweep::Store store(folder / "sweep.sqlite", sweep::Store::Mode::read);
  const sweep::Origin origin = sweep::read_origin(folder);
  store.require_place();
  State state;
  state.id = folder.filename().string();
  state.pipeline = store.info("pipeline");
  state.holder = sweep::holder_of(folder);
  state.status = sweep::sweep_status(store, state.holder.has_value());
  // Whoever is at work has looked at every row.
  if (!state.holder) store.check_counted();
  state.counts = store.counts();
  for (const auto& [status, count] : state.counts) state.total += count;
  const auto running = state.counts.find(sweep::Status::running);
  if (!state.holder && running != state.counts.end()) {  // cut off with whoever was at work
    state.counts[sweep::Status::interrupted] += running->second;
    state.counts.erase(running);
  }
  const auto launcher = sweep::make_launcher(origin.launcher);
  state.place = launcher->place();
  if (launcher->is_detached()) add_watched(state, launcher->watch(folder), store);
  return state;
}

std::string counts_text(const State& state) {
  std::string text;
  for (const auto& [status, count] : state.counts) {
    text += (text.empty() ? "" : ", ") + std::to_string(count) + ' ' + sweep::status_name(status);
  }
  return text;
}

void print_text(const State& state, const fs::path& folder) {
  print("%s: %s, %zu trials: %s\n", state.id.c_str(), state.status.c_str(), state.total,
        counts_text(state).c_str());
  if (state.holder) {
    print("at work: process %lld on %s\n", static_cast<long long>(state.holder->pid),
          state.holder->host.c_str());
  } else if (state.status == "interrupted") {
    print("go on with: glia resume %s\n", path_word(folder).c_str());
  }
  for (const auto& [name, count] : state.queue) {
    print("%s: %zu tasks %s\n", state.place.c_str(), count, name.c_str());
  }
  if (!state.trouble.empty()) print("%s: %s\n", state.place.c_str(), state.trouble.c_str());
  std::error_code ignored;
  if (state.counts.count(sweep::Status::failed) && fs::exists(folder / "failures", ignored)) {
    print("failures: %s\n", (folder / "failures").c_str());
  }
}

void print_json(const State& state) {
  nlohmann::ordered_json counts = nlohmann::ordered_json::object();
  for (const auto& [status, count] : state.counts) counts[sweep::status_name(status)] = count;
  nlohmann::ordered_json root{{"id", state.id},
                              {"pipeline", state.pipeline},
                              {"status", state.status},
                              {"total", state.total},
                              {"trials", counts}};
  if (!state.queue.empty()) root["tasks"] = state.queue;
  if (!state.trouble.empty()) root["trouble"] = state.trouble;
  root["holder"] = nullptr;
  if (state.holder) root["holder"] = {{"host", state.holder->host}, {"pid", state.holder->pid}};
  print("%s\n", json_text(root).c_str());
}

int status(const StatusCommand& arguments) {
  const auto folder = sweep::find_sweep(arguments.folder);
  std::string last;
  for (;;) {
    const State state = state_of(folder);
    const std::string now = state.status + counts_text(state);
    if (now != last) {
      arguments.json ? print_json(state) : print_text(state, folder);
      flush_output();
      last = now;
    }
    if (!arguments.watch || (state.status != "running" && state.status != "unknown")) return ok;
    std::this_thread::sleep_for(1s);
  }
}

int stop(const std::string& name) {
  const auto folder = sweep::find_sweep(name);
  const auto launcher = sweep::make_launcher(sweep::read_origin(folder).launcher);
  put(launcher->stop(folder).c_str());
  return ok;
}

}  // namespace

void add_status(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("status", "Show how far a sweep has come");
  auto a = std::make_shared<StatusCommand>();
  command->add_option("SWEEP", a->folder, "Folder of the sweep, or its name under runs/")
      ->required();
  command->add_flag("--watch", a->watch, "Go on until nobody is at work in it");
  command->add_flag("--json", a->json, "As JSON, one line per change");
  command->callback([a, &session] { session.action = [a] { return status(*a); }; });

  auto* stopping =
      app.add_subcommand("stop", "Let a sweep write its checkpoints and end; it can be resumed");
  auto folder = std::make_shared<std::string>();
  stopping->add_option("SWEEP", *folder, "Folder of the sweep, or its name under runs/")
      ->required();
  stopping->callback([folder, &session] { session.action = [folder] { return stop(*folder); }; });
}

}  // namespace glia::cli
