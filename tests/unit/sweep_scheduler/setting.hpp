// SPDX-License-Identifier: MIT
// A scheduler between fakes.
#pragma once

#include "fakes.hpp"
#include "sweep/scheduler.hpp"
#include "temp_folder.hpp"

#include <cstddef>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace fake {

/// Trials 0 to n-1, of which trial i shares stage i % stages.
inline Plan plan_of(std::size_t n, std::size_t stages = 0) {
  Plan plan;
  for (std::size_t s = 0; s < stages; ++s) {
    const std::string name = "e" + std::to_string(s) + "/encode";
    plan.shared.push_back({name, "key" + std::to_string(s), "", s, n / stages});
  }
  for (std::size_t i = 0; i < n; ++i) {
    plan.trials.push_back({i, i + 1, {}, {}});
    if (stages > 0) plan.trials.back().stages = {i % stages};
  }
  return plan;
}

/// A sweep of fake workers.
struct Setting {
  explicit Setting(Plan p) : plan(std::move(p)) {
    options.folder = folder.path();
    options.cwd = "/somewhere else";
    options.repeat_with = {"glia", "run"};
    options.is_cached = [](const SharedStage&) { return false; };
  }

  Scheduler::End run() {
    std::vector<std::size_t> trials(plan.trials.size());
    std::iota(trials.begin(), trials.end(), std::size_t{0});
    return Scheduler(plan, trials, options, crew, sink, watcher).run();
  }

  TempFolder folder;
  Plan plan;
  SchedulerOptions options;
  Crew crew;
  Sink sink;
  Watcher watcher;
};

}  // namespace fake
