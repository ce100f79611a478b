// SPDX-License-Identifier: MIT
#include "sweep/slurm_task.hpp"

#include "core/interrupt.hpp"
#include "core/process.hpp"
#include "sweep/slurm_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>

namespace glia::sweep {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

bool is_wanted_again(const std::string& id) {
  // Time is up, as Slurm was asked to say or as a limit says; the next process has all of it again.
  for (const int warning : {SIGUSR1, SIGUSR2, SIGXCPU}) {
    if (stop_signal() == warning) return true;
  }
  if (stop_signal() != SIGTERM) return false;
  // Not by SLURM_JOB_ID: of one task it is the number of the whole array, and names all of them.
  const Ended ended =
      run_program({"squeue", "-h", "-j", id, "-o", "%T %r"}, {}, slurm_answer_limit);
  if (!ended.found || ended.status != 0) return false;
  // A job that was cancelled is completing, for no reason.
  return ended.output.starts_with("RUNNING") || ended.output.find("TimeLimit") != std::string::npos;
}

}  // namespace

std::string SlurmTask::identity() {
  return fmt::format("{}.{}", variable("SLURM_JOB_ID"), variable("SLURM_RESTART_COUNT"));
}

int SlurmTask::cpus() { return std::max(1, std::atoi(variable("SLURM_CPUS_PER_TASK").c_str())); }

void SlurmTask::requeue(Watcher& watcher) {
  const std::string job = variable("SLURM_ARRAY_JOB_ID");
  if (job.empty()) return;
  const std::string id = fmt::format("{}_{}", job, variable("SLURM_ARRAY_TASK_ID"));
  if (!is_wanted_again(id)) return;
  watcher.message("asking to be requeued as " + id);
  const Ended ended = run_program({"scontrol", "requeue", id}, {}, slurm_answer_limit);
  if (ended.status != 0 || !ended.found) watcher.message("refused: " + ended.output);
}

}  // namespace glia::sweep
