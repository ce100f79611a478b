// SPDX-License-Identifier: MIT
#include "cli/cache_arguments.hpp"
#include "cli/command.hpp"
#include "cli/sweep_session.hpp"
#include "cli/sweep_view.hpp"
#include "config/axis_values.hpp"
#include "core/interrupt.hpp"
#include "core/json_text.hpp"
#include "core/output.hpp"
#include "graph/devices.hpp"
#include "plugin/registry.hpp"
#include "sweep/advice.hpp"
#include "sweep/estimate.hpp"
#include "sweep/launcher.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace glia::cli {
namespace fs = std::filesystem;
namespace {

struct SweepCommand {
  std::string file, folder, seeds, launcher = "local";
  std::vector<std::string> overrides;
  CacheArguments cache;
  LimitArguments limits;
  SweepRunArguments run;
  bool dry_run = false;

  /// Where earlier sweeps may lie: under runs/, and beside the folder that this one is to get.
  std::set<fs::path> past_runs() const {
    std::set<fs::path> all{fs::absolute("runs")};
    if (!folder.empty()) {
      const auto path = fs::absolute(folder).lexically_normal();
      all.insert((path.has_filename() ? path : path.parent_path()).parent_path());
    }
    return all;
  }

  /// A list of seeds and --seeds would not both be kept; one seed to count from is no list.
  void require_seeds_once() const {
    for (const auto& override : overrides) {
      const auto equals = override.find('=');
      const std::string key = override.substr(0, equals);
      const bool one =
          key == "pipeline.seed" && override.find_first_of(",([", equals) == std::string::npos;
      if (config::is_seed_path(key) && !one) {
        throw Error(ErrorCode::usage,
                    fmt::format("seeds are given twice: --seeds {} and {}", seeds, override),
                    "leave one of them out");
      }
    }
  }

  /// All settings as `key=value`.
  std::vector<std::string> all_overrides() const {
    auto all = overrides;
    if (!seeds.empty()) {
      require_seeds_once();
      all.push_back("seeds=" + seeds);
    }
    for (auto& limit : limits.overrides()) all.push_back(std::move(limit));
    return all;
  }
};

std::string settings_of(const sweep::Plan& plan, const sweep::Trial& trial) {
  std::string text;
  for (const auto& setting : plan.overrides(trial)) {
    if (!setting.starts_with("pipeline.seed=")) text += "  " + setting;
  }
  return text;
}

void print_plan_text(const sweep::Plan& plan, const sweep::Estimate& estimate, int workers) {
  for (const auto& trial : plan.trials) {
    print("trial %zu  seed %llu%s\n", trial.number, static_cast<unsigned long long>(trial.seed),
          settings_of(plan, trial).c_str());
  }
  std::size_t missing = 0, shared = 0;
  for (std::size_t i = 0; i < plan.shared.size(); ++i) {
    const auto& stage = plan.shared[i];
    if (!stage.kept()) continue;
    ++shared;
    missing += estimate.cached[i] ? 0 : 1;
    print("shared %s  %s  %zu trials  %s\n", stage.name.c_str(), stage.key.substr(0, 12).c_str(),
          stage.users, estimate.cached[i] ? "in the cache" : "to compute");
  }
  if (plan.size() > plan.trials.size()) {
    print("... %zu more trials, which follow from results\n", plan.size() - plan.trials.size());
  }
  print("%zu trials, %zu shared stages, %zu of them in the cache\n", plan.size(), shared,
        shared - missing);
  if (!estimate.trial_seconds) {
    print("no estimate: no earlier sweep of this pipeline under runs/ or beside -o DIR\n");
    return;
  }
  const double work = *estimate.trial_seconds * static_cast<double>(plan.size()) +
                      estimate.stage_seconds.value_or(0) * static_cast<double>(missing);
  print("about %s on %d workers, from the mean of %zu earlier trials (%.3g s)%s\n",
        duration_text(work / workers).c_str(), workers, estimate.past_trials,
        *estimate.trial_seconds,
        missing > 0 && !estimate.stage_seconds ? ", shared stages not counted" : "");
}

void print_plan_json(const sweep::Plan& plan, const sweep::Estimate& estimate) {
  using nlohmann::ordered_json;
  ordered_json trials = ordered_json::array(), shared = ordered_json::array();
  for (const auto& trial : plan.trials) {
    trials.push_back({{"trial", trial.number},
                      {"seed", trial.seed},
                      {"settings", plan.overrides(trial)},
                      {"shared", trial.stages}});
  }
  for (std::size_t i = 0; i < plan.shared.size(); ++i) {
    const auto& stage = plan.shared[i];
    shared.push_back({{"stage", stage.name},
                      {"key", stage.key},
                      {"trials", stage.users},
                      {"cached", static_cast<bool>(estimate.cached[i])}});
  }
  const ordered_json root{
      {"trials", trials},
      {"shared", shared},
      {"trial_seconds",
       estimate.trial_seconds ? ordered_json(*estimate.trial_seconds) : ordered_json(nullptr)}};
  print("%s\n", json_text(root, 2).c_str());
}

int run(const SweepCommand& arguments, const Session& session) {
  install_stop_signals();  // from the first file on, a stop leaves what can be resumed
  const config::PipelineTemplate source(arguments.file, arguments.all_overrides(),
                                        plugin::load_plugins(session.plugin_path));
  if (!source.sweep().given) {
    source.make(std::vector<config::Setting>{});  // what is wrong with an argument comes first
    throw Error(ErrorCode::usage,
                arguments.file + " has no [sweep] table, and no argument is an axis",
                "give values to try: KEY=1,2,3, KEY=range(0,1,0.1) or --seeds 20");
  }
  for (const auto& advice : sweep::advice_on(source.sweep())) {
    std::fprintf(stderr, "%s: warning: %s\n", source.sweep().source.text().c_str(), advice.c_str());
  }
  const auto launcher = sweep::make_launcher(arguments.launcher);
  const auto plan = sweep::make_plan(source);
  // Elsewhere there may be what this machine lacks.
  if (!launcher->is_detached())
    graph::require_devices(source.make(std::vector<config::Setting>{}).spec);
  const auto cache = arguments.cache.folder();
  if (arguments.dry_run) {
    const auto estimate = sweep::estimate(plan, Cache(cache), arguments.past_runs());
    const int workers = arguments.run.jobs > 0
                            ? arguments.run.jobs
                            : static_cast<int>(std::thread::hardware_concurrency());
    arguments.run.json ? print_plan_json(plan, estimate) : print_plan_text(plan, estimate, workers);
    return ok;
  }
  sweep::Origin origin;
  origin.file = fs::absolute(arguments.file).lexically_normal().string();
  origin.cwd = fs::current_path().string();
  origin.overrides = arguments.all_overrides();
  for (const auto& path : plugin::search_path(session.plugin_path)) {
    if (path.origin == plugin::own_plugins || !path.problem.empty()) continue;
    origin.plugin_path.push_back(path.path.string());  // also what the environment names
  }
  if (!cache.empty()) require_cache(cache, plan);
  if (!cache.empty()) origin.cache = fs::absolute(cache).lexically_normal().string();
  origin.launcher = arguments.launcher;
  auto folder = sweep::Folder::create(arguments.folder, source, plan, origin, session.command_line);
  if (!arguments.run.json && !arguments.run.quiet) {
    std::fprintf(stderr, "%zu trials in %s\n", plan.size(), folder.path().c_str());
  }
  HeldFolder held(folder, source, arguments.run);
  try {
    return submit_sweep(*launcher, held);
  } catch (...) {
    std::error_code ignored;  // nothing has been computed
    if (launcher->is_detached() && !launcher->has_begun(folder.path())) {
      fs::remove_all(folder.path(), ignored);
    }
    throw;
  }
}

/// "local: Worker processes on this machine. slurm: ..."
std::string launcher_help() {
  std::string text = "Where trials run.";
  for (const auto* launcher : declared(sweep::LauncherEntry::kind)) {
    text += fmt::format(" {}: {}", launcher->name, launcher->doc);
  }
  return text;
}

}  // namespace

void add_sweep(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand(
      "sweep",
      "Run a pipeline for many values and seeds: every trial once, whatever dies meanwhile");
  auto a = std::make_shared<SweepCommand>();
  command->add_option("FILE", a->file, "Pipeline file")->required();
  command
      ->add_option("overrides", a->overrides,
                   "Settings (KEY=VALUE) and axes (KEY=1,2,3, KEY=range(FROM,TO,STEP), "
                   "KEY=log(FROM,TO,COUNT), KEY=uniform(LOW,HIGH), KEY=log_uniform(LOW,HIGH))")
      ->type_name("KEY=VALUE");
  command->add_option("-o,--out", a->folder, "Folder for the results (default runs/NAME-001)")
      ->type_name("DIR");
  command->add_option("--seeds", a->seeds, "A number of seeds, or a list: 1,2,3");
  a->limits.add_to(*command);
  command->add_flag("-n,--dry-run", a->dry_run,
                    "Show every trial, what they share and what the cache holds; run nothing");
  std::vector<std::string> launchers;
  for (const auto* each : declared(sweep::LauncherEntry::kind)) launchers.push_back(each->name);
  command->add_option("--launcher", a->launcher, launcher_help())->check(CLI::IsMember(launchers));
  a->cache.add_to(*command);
  a->run.add_to(*command);
  command->callback([a, &session] { session.action = [a, &session] { return run(*a, session); }; });
}

}  // namespace glia::cli
