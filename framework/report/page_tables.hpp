// SPDX-License-Identifier: MIT
#pragma once

#include "report/groups.hpp"

#include <string>
#include <vector>

namespace glia::report {

/// One sentence for each judge of a sweep: which point is best on validation, and what test says of
/// it; or why nothing is chosen. "" for a run.
std::string best_points(const Study& study);

/// A line for every group and head; `csv` holds those for which there is no room.
std::string group_table(const Study& study, const std::vector<Group>& groups,
                        const std::string& csv);

/// What a run measured, by head and split.
std::string run_tables(const Study& study);

/// Heads of one trial saw the same data and seeds, so they are compared in pairs; "" where there are
/// none to compare, or what they go by differs.
std::string head_table(const Study& study, const std::vector<Group>& groups);

}  // namespace glia::report
