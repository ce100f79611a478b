// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/outcome.hpp"
#include "sweep/sink.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace glia::sweep {

/// What a task of a cluster does: one slice of the trials, or one shared stage.
struct TaskOptions {
  std::filesystem::path sweep;  ///< the sweep's folder, on a file system that all machines share
  int round = 1;
  int slice = -1;  ///< which slice, or -1
  int share = -1;  ///< which shared stage, or -1
};

/// Runs it; exit code 0, or 75 when it was told to stop (its trials are checkpointed). Leaves each
/// result as a file, whole or not at all and never twice. A task that finds that another process
/// runs the same slice, started later, ends without leaving anything.
int run_task(const TaskOptions& options, Watcher& watcher);

/// Results that tasks have left and nobody has collected yet.
std::vector<Outcome> uncollected(const std::filesystem::path& sweep);

/// The file that a task leaves for a trial.
std::filesystem::path result_file(const std::filesystem::path& sweep, std::size_t trial);

}  // namespace glia::sweep
