// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/sink.hpp"

#include <string>

namespace glia::sweep {

/// What Slurm tells a task of itself, in SLURM_* variables. Outside of a task: nothing.
class SlurmTask {
 public:
  /// Tells this process from all others that ever ran the task.
  static std::string identity();
  /// Cores, and so workers: at least 1.
  static int cpus();
  /// Asks Slurm to start this task again, which ends this process: if it was told to end near its
  /// time limit, or by somebody who did not cancel the job.
  static void requeue(Watcher& watcher);
};

}  // namespace glia::sweep
