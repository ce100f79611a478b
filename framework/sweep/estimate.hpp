// SPDX-License-Identifier: MIT
#pragma once

#include "core/cache.hpp"
#include "sweep/plan.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <set>
#include <vector>

namespace glia::sweep {

/// What a sweep will find in the cache and how long it will take, as far as earlier ones tell.
struct Estimate {
  std::vector<bool> cached;             ///< per shared stage
  std::optional<double> stage_seconds;  ///< of a shared stage that must be computed
  std::optional<double> trial_seconds;  ///< of a trial
  std::size_t past_trials = 0;          ///< that `trial_seconds` is the mean of
};

/// Looks at the cache and at sweeps of the same pipeline among the folders in each of `runs`.
Estimate estimate(const Plan& plan, const Cache& cache,
                  const std::set<std::filesystem::path>& runs);

}  // namespace glia::sweep
