// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/launcher.hpp"
#include "sweep/slurm.hpp"
#include "sweep/slurm_settings.hpp"

#include <filesystem>
#include <functional>

namespace glia::sweep {

/// Runs a sweep that learns on Slurm: submits the trials that can be suggested, waits for their
/// results, `collect`s them, and so on until the sampler has no more points. A round that is under
/// way from before is waited for first, so that a sweep whose host was killed goes on as it would
/// have. Error (interrupted) on a stop, here or with `mark_stopped`; (io) if a round brings
/// nothing. [one thread]
void run_rounds(HeldSweep& sweep, const SlurmSettings& slurm, const std::function<void()>& collect);

/// Lets whoever waits for the round give up.
void mark_stopped(const std::filesystem::path& sweep, const Round& round);

}  // namespace glia::sweep
