// SPDX-License-Identifier: MIT
#pragma once

#include "config/host_tables.hpp"

#include <string>
#include <vector>

namespace glia::config {

// The keys of [sweep] that are plain fields, declared as a plugin declares its parameters.

struct SweepKeys {
  std::int64_t samples = 0;
  std::string sampling = "random";
  std::int64_t sampling_seed = 1;
  std::string timeout, memory;
  std::int64_t retries = 1;
};

struct StoppingKeys {
  std::string head;
  std::int64_t min_epochs = 1, factor = 3;
};

struct SlurmKeys {
  std::string partition, time, memory, account;
  std::int64_t cpus = 1, tasks = 0, warning = 60;
  std::vector<std::string> options;
};

inline constexpr auto sweep_schema = glia::schema<SweepKeys>(
    glia::field(&SweepKeys::samples, "samples")
        .at_least(0)
        .doc("How many points are drawn from the axes that are ranges to sample."),
    glia::field(&SweepKeys::sampling, "sampling")
        .choices("random", "sobol")
        .doc("random: independent points; sobol: points that fill the space evenly."),
    glia::field(&SweepKeys::sampling_seed, "sampling_seed")
        .at_least(0)
        .doc("The points follow from it; more samples keep the first ones."),
    glia::field(&SweepKeys::timeout, "timeout")
        .doc("Longest time of one attempt at a trial (\"90s\", \"30m\", \"2h\"); empty: none."),
    glia::field(&SweepKeys::memory, "memory")
        .doc("Memory that a worker may use (\"4GiB\"); empty: its share of the machine's."),
    glia::field(&SweepKeys::retries, "retries")
        .at_least(0)
        .doc("How often a trial that crashed or ran out of time is tried again."));

inline constexpr auto stopping_schema = glia::schema<StoppingKeys>(
    glia::field(&StoppingKeys::head, "head")
        .doc("The head whose test accuracy decides; may be left out if there is only one."),
    glia::field(&StoppingKeys::min_epochs, "min_epochs")
        .at_least(1)
        .unit("epochs")
        .doc("Epochs that every trial gets."),
    glia::field(&StoppingKeys::factor, "factor")
        .at_least(2)
        .doc("Of the trials that reach a rung, the best 1/factor go on to factor times the "
             "epochs."));

inline constexpr auto slurm_schema = glia::schema<SlurmKeys>(
    glia::field(&SlurmKeys::partition, "partition").doc("Partition to submit to."),
    glia::field(&SlurmKeys::time, "time").doc("Time limit of a task, as sbatch takes it."),
    glia::field(&SlurmKeys::memory, "memory").doc("Memory of a task, as sbatch takes it."),
    glia::field(&SlurmKeys::account, "account").doc("Account to charge."),
    glia::field(&SlurmKeys::cpus, "cpus").at_least(1).doc("Workers of a task, one core each."),
    glia::field(&SlurmKeys::tasks, "tasks")
        .at_least(0)
        .doc("Tasks of the array; 0: one per ten trials, at most 100."),
    glia::field(&SlurmKeys::warning, "warning")
        .at_least(1)
        .unit("s")
        .doc("How long before the time limit a task writes its checkpoints and is requeued."),
    glia::field(&SlurmKeys::options, "options").doc("More options for sbatch, word by word."));

/// [sweep], [sweep.early_stopping] and [sweep.slurm] as schema writers and messages need them.
const HostTable& sweep_table();
const HostTable& stopping_table();
const HostTable& slurm_table();

}  // namespace glia::config
