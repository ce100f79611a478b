// SPDX-License-Identifier: MIT
#pragma once

#include "config/sweep_spec.hpp"
#include "sweep/folder.hpp"

namespace glia::cli {

/// Submits the sweep's pending trials and tells how to follow them. Returns the exit code.
int submit_sweep(sweep::Folder& folder, const config::SlurmSpec& slurm);

/// Takes what tasks have left into the store. Returns how many results counted.
std::size_t collect_results(sweep::Folder& folder);

}  // namespace glia::cli
