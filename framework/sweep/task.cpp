// SPDX-License-Identifier: MIT
#include "sweep/task.hpp"

#include "core/files.hpp"
#include "core/interrupt.hpp"
#include "core/process.hpp"
#include "core/text_file.hpp"
#include "plugin/registry.hpp"
#include "sweep/changes.hpp"
#include "sweep/folder.hpp"
#include "sweep/local.hpp"
#include "sweep/protocol.hpp"
#include "sweep/slurm.hpp"
#include "sweep/slurm_task.hpp"
#include "sweep/stopping.hpp"
#include "sweep/worker_process.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <system_error>
#include <utility>

namespace glia::sweep {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto lease_interval = std::chrono::milliseconds(500);

fs::path attempts_folder(const fs::path& sweep, const Round& round) {
  return round.folder(sweep) / "attempts";
}

/// What a requeued task has behind it. A round that is submitted later starts without a past.
std::map<std::size_t, Past> past_of(const fs::path& folder,
                                    const std::vector<std::size_t>& trials) {
  std::map<std::size_t, Past> all;
  for (const std::size_t trial : trials) {
    std::ifstream file(folder / std::to_string(trial));
    for (std::string line; std::getline(file, line);) {
      ++all[trial].attempts;
      if (line == status_name(Status::failed)) ++all[trial].crashes;
    }
  }
  return all;
}

/// Leaves results as files that are renamed into place. The latest process to write the lease of
/// its slice is the one that counts, until the sweep is submitted once more.
class FileSink final : public Sink {
 public:
  FileSink(fs::path sweep, Round round, const std::string& slice)
      : sweep_(std::move(sweep)),
        lease_(round.folder(sweep_) / "leases" / slice),
        attempts_(attempts_folder(sweep_, round)),
        next_round_(next(std::move(round)).folder(sweep_) / "round.json"),
        host_(host_name()),
        token_(fmt::format("{}.{}.{}.{}", SlurmTask::identity(), host_, ::getpid(),
                           Clock::now().time_since_epoch().count())) {
    write_file(lease_, token_);
  }

  std::int64_t begin(std::size_t, std::int64_t) override { return ++last_lease_; }

  void finish(const Outcome& outcome) override {
    if (outcome.status == Status::interrupted || !ours()) return;
    Outcome whole = outcome;
    whole.host = host_;
    const fs::path file = result_file(sweep_, outcome.trial);
    const fs::path temporary = file.string() + '.' + token_;
    write_file(temporary, outcome_text(whole));
    // A link, unlike a rename, does not replace what is there: the first result stays.
    const int failed = ::link(temporary.c_str(), file.c_str()) == 0 ? 0 : errno;
    ::unlink(temporary.c_str());
    if (failed != 0 && failed != EEXIST) {
      throw Error(ErrorCode::io,
                  fmt::format("cannot write {}: {}", file.string(), std::strerror(failed)));
    }
  }

  /// A line for each: it outlives this process, so that a requeued task does not begin to count
  /// anew.
  void finish_attempt(const Outcome& outcome) override {
    if (!ours()) return;
    fs::create_directories(attempts_);
    std::ofstream file(attempts_ / std::to_string(outcome.trial), std::ios::app);
    file << status_name(outcome.status) << '\n' << std::flush;
  }

  bool rung(std::size_t trial, std::int64_t epoch, double accuracy, std::int64_t factor) override {
    const fs::path folder = sweep_ / "slurm" / "rungs" / std::to_string(epoch);
    const fs::path own = folder / std::to_string(trial), answer = own.string() + ".answer";
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", accuracy);
    const std::string yes = std::string(text) + " goes on", no = std::string(text) + " ends";
    std::error_code ignored;
    if (fs::exists(answer, ignored)) {
      const std::string before = read_file(answer);
      if (before == yes || before == no) return before == yes;
    }
    fs::create_directories(folder);
    write_file(own, text);
    std::map<std::size_t, double> all;
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      if (name.find_first_not_of("0123456789") != std::string::npos) continue;
      all[std::stoul(name)] = std::strtod(read_file(entry.path()).c_str(), nullptr);
    }
    const bool on = goes_on(all, trial, factor);
    write_file(answer, on ? yes : no);
    return on;
  }

  bool flush() override {
    if (Clock::now() - last_look_ < lease_interval) return true;
    last_look_ = Clock::now();
    return ours();
  }

 private:
  static Round next(Round round) {
    ++round.number;
    return round;
  }

  bool ours() const {
    std::error_code ignored;
    if (fs::exists(next_round_, ignored)) return false;
    try {
      return read_file(lease_) == token_;
    } catch (const Error&) {  // the file system may be slow to show it
      return true;
    }
  }

  fs::path sweep_, lease_, attempts_, next_round_;
  std::string host_, token_;
  std::int64_t last_lease_ = 0;
  Clock::time_point last_look_{};
};

/// A plan of the one shared stage: a trial that two need, so that it is computed for them.
std::vector<std::size_t> users_of(const Plan& plan, std::size_t stage) {
  std::vector<std::size_t> users;
  for (const auto& trial : plan.trials) {
    for (const std::size_t each : trial.stages) {
      if (each == stage) users.push_back(trial.number);
    }
  }
  return users;
}

}  // namespace

int run_task(const TaskOptions& options, Watcher& watcher) {
  install_stop_signals();
  const fs::path sweep = fs::absolute(options.sweep);
  const Origin origin = read_origin(sweep);
  const Round round = read_round(sweep, options.round);
  std::error_code absent;
  const fs::path own = plan_file(sweep, round);
  const Plan plan =
      parse_plan(read_text_file(fs::exists(own, absent) ? own : sweep / "plan.json", most_results));
  const auto& catalog = plugin::load_plugins(origin.plugin_path);
  const config::PipelineTemplate source(read_pipeline(sweep, origin), origin.file, origin.overrides,
                                        catalog);
  if (const auto changed = part_difference(plan, make_plan(source)); !changed.empty()) {
    throw Error(ErrorCode::resume, "this machine has other plugins or data\n" + changed);
  }
  const bool sharing = options.share >= 0;
  const auto index = static_cast<std::size_t>(sharing ? options.share : options.slice);
  std::vector<std::size_t> trials;
  if (sharing) {
    trials = users_of(plan, round.shared.at(index));
  } else {
    std::error_code ignored;
    for (const std::size_t trial : round.slices.at(index)) {
      if (!fs::exists(result_file(sweep, trial), ignored)) trials.push_back(trial);
    }
  }
  const fs::path cache = origin.cache.empty() ? sweep / "cache" : fs::path(origin.cache);
  auto o = scheduler_options(sweep, origin, source, plan, cache);
  o.workers = sharing ? 1 : SlurmTask::cpus();
  o.stop = stop_requested;
  o.shared_only = sharing;
  o.past = past_of(attempts_folder(sweep, round), trials);
  const std::string name = (sharing ? "share-" : "slice-") + std::to_string(index);
  FileSink sink(sweep, round, name);
  ProcessCrew crew(o.cwd, o.greeting);
  Scheduler scheduler(plan, trials, std::move(o), crew, sink, watcher);
  switch (scheduler.run()) {
    case Scheduler::End::fenced:
      watcher.message("another process has taken over " + name);
      return 0;
    case Scheduler::End::stopped:
      SlurmTask::requeue(watcher);
      return 75;
    case Scheduler::End::done:
    case Scheduler::End::failed_fast:
      break;
  }
  return 0;
}

}  // namespace glia::sweep
