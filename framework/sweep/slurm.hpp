// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/launcher.hpp"
#include "sweep/slurm_settings.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace glia::sweep {

/// One submission of a sweep to Slurm: an array for shared stages, and one for the trials that are
/// pending, cut into slices. Kept in slurm/round-N/round.json.
struct Round {
  int number = 1;
  std::vector<std::size_t> shared;               ///< indices of `Plan::shared`, one task each
  std::vector<std::vector<std::size_t>> slices;  ///< trials, one task each
  std::vector<std::string> jobs;                 ///< ids, as Slurm gave them

  std::filesystem::path folder(const std::filesystem::path& sweep) const;
};

/// Submits what is pending and returns at once. Error (usage) if sbatch refuses or is not there.
Round submit(const HeldSweep& sweep, const SlurmSettings& slurm);

/// A submission by its number.
Round read_round(const std::filesystem::path& sweep, int number);

/// The trials that its tasks see: of a sweep that learns a file of the round's own.
std::filesystem::path plan_file(const std::filesystem::path& sweep, const Round& round);

/// The latest submission. Error (usage) if there is none.
Round latest_round(const std::filesystem::path& sweep);

/// How many tasks of the round Slurm has in which state ("RUNNING", "PENDING"); empty if all have
/// ended. Error (io) if Slurm does not answer.
std::map<std::string, std::size_t> queue_states(const Round& round);

/// Cancels what is left of the round.
void cancel(const Round& round);

}  // namespace glia::sweep
