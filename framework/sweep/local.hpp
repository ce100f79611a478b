// SPDX-License-Identifier: MIT
#pragma once

#include "config/template.hpp"
#include "sweep/folder.hpp"
#include "sweep/scheduler.hpp"
#include "sweep/sink.hpp"

#include <functional>

namespace glia::sweep {

struct LocalOptions {
  int workers = 1;
  bool fail_fast = false;
  std::function<bool()> stop;  ///< asked between events
};

/// Runs every pending trial of the sweep on this machine, and keeps its files in step. Throws what
/// keeps the sweep as a whole from going on; it can be resumed then.
Scheduler::End run_local(Folder& folder, const config::PipelineTemplate& source,
                         const LocalOptions& options, Watcher& watcher);

/// What a scheduler needs to know of a sweep, whoever runs it.
SchedulerOptions scheduler_options(const std::filesystem::path& folder, const Origin& origin,
                                   const config::PipelineTemplate& source, const Plan& plan,
                                   const std::filesystem::path& cache);

}  // namespace glia::sweep
