// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/plan.hpp"
#include "sweep/store.hpp"

#include <string>

namespace glia::sweep {

/// The texts of results.csv and results.json (docs/sweeps.md) as the store stands.
std::string results_csv(const Plan& plan, const Store& store);

/// A line per trial, head, level and draw of damage; "" where nothing was damaged.
std::string damage_csv(const Plan& plan, const Store& store);
std::string results_json(const Plan& plan, const Store& store, const std::string& id,
                         const std::string& status);

/// "ok", "failed", "interrupted" or "running", from the trials' own statuses. `at_work`: somebody
/// is running trials just now.
std::string sweep_status(const Store& store, bool at_work);

}  // namespace glia::sweep
