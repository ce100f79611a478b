// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/plan.hpp"

#include <string>
#include <vector>

namespace glia::sweep {

/// The arguments of a sweep with more seeds or values than it has. Error (usage) for what is
/// neither an axis of it nor a setting of [sweep].
std::vector<std::string> extended(const Plan& plan, const std::vector<std::string>& arguments,
                                  const std::vector<std::string>& more);

/// The trials of `before` with their numbers, followed by those of `now` that are not among them.
Plan join(const Plan& before, const Plan& now);

}  // namespace glia::sweep
