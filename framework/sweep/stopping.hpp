// SPDX-License-Identifier: MIT
#pragma once

#include "config/sweep_spec.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace glia::sweep {

/// The rungs of asynchronous successive halving (Li et al., MLSys 2020) up to `epochs`:
/// min_epochs, min_epochs * factor, ...
std::vector<std::int64_t> rungs(const config::EarlyStopping& stopping, std::int64_t epochs);

/// Whether the trial goes on from a rung where these trials have been, itself among them: if it is
/// among the best 1/factor, at least one. Equal ones count as equally good, so that none is stopped
/// for the order in which they came; an unknown accuracy counts as worst. A pure function of what
/// is given.
bool goes_on(const std::map<std::size_t, double>& rung, std::size_t trial, std::int64_t factor);

}  // namespace glia::sweep
