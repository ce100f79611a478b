// SPDX-License-Identifier: MIT
#pragma once

#include "core/catalog.hpp"
#include "sweep/plan.hpp"

#include <string>
#include <vector>

namespace glia::sweep {

/// What stands in one text and not in the other, as "- before" and "+ now" lines; empty if equal.
std::string line_difference(const std::string& before, const std::string& now);

/// What the trials stand on that has changed since the plan was frozen (plugins, data), one line
/// each; empty if nothing has.
std::string part_difference(const Plan& before, const Plan& now);

/// The plugins that the trials stand on and the catalog lacks: "wave layer drift".
std::vector<std::string> missing_plugins(const Plan& plan, const Catalog& catalog);

}  // namespace glia::sweep
