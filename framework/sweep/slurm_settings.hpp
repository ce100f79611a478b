// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/schema.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace glia::sweep {

/// Clients of Slurm wait long for a controller that is down; none of them may hold us up for ever.
inline constexpr auto slurm_answer_limit = std::chrono::seconds(30);

/// [sweep.slurm]. Texts are as sbatch takes them; empty: the site's own.
struct SlurmSettings {
  std::string partition, time, memory, account;
  std::int64_t cpus = 1, tasks = 0, warning = 60;
  std::vector<std::string> options;
};

inline constexpr auto slurm_schema = glia::schema<SlurmSettings>(
    glia::field(&SlurmSettings::partition, "partition").doc("Partition to submit to."),
    glia::field(&SlurmSettings::time, "time").doc("Time limit of a task, as sbatch takes it."),
    glia::field(&SlurmSettings::memory, "memory").doc("Memory of a task, as sbatch takes it."),
    glia::field(&SlurmSettings::account, "account").doc("Account to charge."),
    glia::field(&SlurmSettings::cpus, "cpus")
        .range(1, 4096)
        .doc("Workers of a task, one core each."),
    glia::field(&SlurmSettings::tasks, "tasks")
        .range(0, 1'000'000)
        .doc("Tasks of the array; 0: one per ten trials, at most 100."),
    glia::field(&SlurmSettings::warning, "warning")
        .at_least(1)
        .unit("s")
        .doc("How long before the time limit a task writes its checkpoints and is requeued."),
    glia::field(&SlurmSettings::options, "options").doc("More options for sbatch, word by word."));

}  // namespace glia::sweep
