// SPDX-License-Identifier: MIT
#include "cli/sweep_session.hpp"

#include "cli/next_steps.hpp"
#include "cli/sweep_view.hpp"
#include "core/cache.hpp"
#include "core/interrupt.hpp"
#include "core/output.hpp"
#include "sweep/best.hpp"
#include "sweep/kept_trials.hpp"
#include "sweep/local.hpp"
#include "sweep/objective.hpp"
#include "sweep/results_files.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <optional>
#include <string>
#include <thread>

namespace glia::cli {
namespace {

ViewStyle style_of(const SweepRunArguments& arguments) {
  if (arguments.json) return ViewStyle::json;
  if (arguments.quiet) return ViewStyle::quiet;
  return ::isatty(STDERR_FILENO) ? ViewStyle::live : ViewStyle::lines;
}

/// What it was all for, as `glia best` has it: a point, not the luckiest trial. Returns what
/// `glia best` needs besides the folder; nothing where it has nothing to rank by.
std::optional<std::string> print_best(const sweep::Folder& folder) {
  const auto& plan = folder.plan();
  const bool asks = plan.heads.size() > 1 && !plan.judge();
  try {
    const std::string wanted = asks ? plan.heads.front() : "";
    const auto ranking = sweep::rank(plan, folder.store(), wanted);
    const auto& best = ranking.points.front();
    std::string settings;
    for (const auto& [axis, value] : sweep::settings_of(plan, best.typical)) {
      settings +=
          fmt::format("{}{}={}", settings.empty() ? ": " : " ", axis->path, axis->texts[value]);
    }
    print("best: %s %.6g (%sn = %zu)%s\n", ranking.objective.text().c_str(), best.objective,
          best.trials.size() > 1 ? "median, " : "", best.trials.size(), settings.c_str());
    return asks ? " --objective " + wanted : std::string();
  } catch (const Error& e) {
    if (e.code() != ErrorCode::usage) throw;
    return std::nullopt;  // nothing was kept to choose by, or no trial went well
  }
}

void print_end(const sweep::Folder& folder, bool json) {
  const auto counts = folder.store().counts();
  const auto status = sweep::sweep_status(folder.store(), false);
  if (json) {
    std::string numbers;
    for (const auto& [state, count] : counts) {
      numbers += fmt::format("{}\"{}\":{}", std::string(numbers.empty() ? "" : ","),
                             sweep::status_name(state), count);
    }
    print("{\"event\":\"end\",\"status\":\"%s\",\"trials\":{%s}}\n", status.c_str(),
          numbers.c_str());
    return;
  }
  std::string line;
  for (const auto& [state, count] : counts) {
    line += (line.empty() ? "" : ", ") + std::to_string(count) + ' ' + sweep::status_name(state);
  }
  print("%zu trials: %s\n", folder.plan().trials.size(), line.c_str());
  const auto best = print_best(folder);
  print("results: %s\n", (folder.path() / "results.csv").c_str());
  if (status == "ok" || status == "failed") put(next_steps(folder.path(), best));
}

int exit_code_of(const sweep::Folder& folder) {
  const auto counts = folder.store().counts();
  if (!counts.count(sweep::Status::failed)) return ok;
  const std::string path = folder.path().string();
  std::fprintf(
      stderr,
      "glia: %zu of %zu trials failed; see %s/failures, try them again with: glia retry %s\n",
      counts.at(sweep::Status::failed), folder.plan().trials.size(), path.c_str(), path.c_str());
  return some_trials_failed;
}

/// Runs the sweep's pending trials in this process and tells how it went. Returns the exit code.
int run_trials(sweep::Folder& folder, const config::PipelineTemplate& source,
               const SweepRunArguments& arguments) {
  sweep::LocalOptions options;
  options.workers =
      arguments.jobs > 0 ? arguments.jobs : static_cast<int>(std::thread::hardware_concurrency());
  options.fail_fast = arguments.fail_fast;
  options.stop = stop_requested;
  sweep::Scheduler::End end{};
  {
    SweepView view(style_of(arguments), folder.store(), options.workers, folder.plan().judge(),
                   [&](std::size_t trial) { return settings_text(folder.plan(), trial); });
    end = sweep::run_local(folder, source, options, view);
  }
  print_end(folder, arguments.json);
  const std::string path = folder.path().string();
  if (end == sweep::Scheduler::End::stopped) {
    throw Error(ErrorCode::interrupted, "stopped" + stop_reason(),
                "go on with: glia resume " + path);
  }
  if (end == sweep::Scheduler::End::failed_fast) {
    std::fprintf(stderr, "glia: stopped at the first failure; go on with: glia resume %s\n",
                 path.c_str());
    return some_trials_failed;
  }
  return exit_code_of(folder);
}

}  // namespace

void SweepRunArguments::add_to(CLI::App& command) {
  command
      .add_option("-j,--jobs", jobs,
                  "Workers, each a process, on as many cores (default: one per core)")
      ->check(CLI::Range(1, 4096));
  auto* fast = command.add_flag("--fail-fast", fail_fast, "Stop at the first trial that fails");
  command.add_flag("-k,--keep-going", keep_going, "Run all trials, whatever fails (default)")
      ->excludes(fast);
  command.add_flag("--json", json, "Print every event as a line of JSON");
  command.add_flag("-q,--quiet", quiet, "Show failures only");
}

void LimitArguments::add_to(CLI::App& command) {
  command.add_option("--timeout", timeout_, "Longest time of one attempt at a trial: 90s, 30m, 2h");
  command.add_option("--memory", memory_, "Memory that a worker may use: 4GiB");
  command.add_option("--retries", retries_, "How often a trial that crashed is tried again")
      ->check(CLI::Range(0, 1000));
}

std::vector<std::string> LimitArguments::overrides() const {
  std::vector<std::string> all;
  if (!timeout_.empty()) all.push_back(fmt::format("sweep.timeout=\"{}\"", timeout_));
  if (!memory_.empty()) all.push_back(fmt::format("sweep.memory=\"{}\"", memory_));
  if (retries_ >= 0) all.push_back("sweep.retries=" + std::to_string(retries_));
  return all;
}

HeldFolder::HeldFolder(sweep::Folder& folder, const config::PipelineTemplate& source,
                       const SweepRunArguments& arguments)
    : folder_(folder), source_(&source), arguments_(&arguments) {
  const auto& launchers = source.sweep().launchers;
  const auto own = launchers.find(folder.origin().launcher);
  if (own != launchers.end()) settings_ = own->second;
}

std::vector<std::size_t> HeldFolder::pending() const {
  return folder_.store().trials(sweep::Status::pending);
}

std::string HeldFolder::trials_text() const {
  sweep::Plan whole = folder_.plan();
  whole.objective.reset();
  return sweep::plan_text(whole);
}

bool HeldFolder::is_cached(const sweep::SharedStage& stage) const {
  return Cache(folder_.cache()).entry(stage.key).has_value();
}

bool HeldFolder::adopt(const sweep::Outcome& outcome) {
  const auto& objective = folder_.plan().objective;
  return folder_.store().adopt(outcome,
                               objective ? sweep::objective_of(*objective, outcome) : std::nullopt);
}

void HeldFolder::grow() {
  if (!folder_.plan().objective) return;
  if (!growth_) growth_.emplace(folder_, *source_);
  growth_->note_end();
  growth_->more();
  folder_.write_results(true);
  sweep::KeptTrials(folder_.path(), folder_.store()).tidy();
}

void HeldFolder::tell(const std::string& line) {
  if (!arguments_->json && !arguments_->quiet) std::fprintf(stderr, "%s\n", line.c_str());
}

int HeldFolder::run_here() { return run_trials(folder_, *source_, *arguments_); }

int HeldFolder::end() {
  folder_.write_results(false);
  print_end(folder_, arguments_->json);
  return exit_code_of(folder_);
}

void HeldFolder::leave() {
  if (growth_) folder_.write_results(false);
}

void require_cache(const std::filesystem::path& folder, const sweep::Plan& plan) {
  const Cache cache(folder);
  cache.prepare();
  for (const auto& stage : plan.shared) {
    if (stage.kept() && !cache.entry(stage.key)) return cache.require_writable();
  }
}

int submit_sweep(const sweep::Launcher& launcher, HeldFolder& sweep) {
  try {
    const auto submitted = launcher.submit(sweep);
    put(submitted.told.c_str());
    return submitted.exit_code;
  } catch (...) {
    sweep.leave();
    throw;
  }
}

}  // namespace glia::cli
