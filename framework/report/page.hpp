// SPDX-License-Identifier: MIT
#pragma once

#include "report/groups.hpp"
#include "report/page_figure.hpp"

#include <string>

namespace glia::report {

/// The report of a run or a sweep as one HTML file: header, counts by status, tables by group,
/// figures, failed trials with the command that repeats each, and the pipeline. Under 2 MB however
/// many trials there are; `table` is the name of the CSV that holds every group. `files` are left
/// with the numbers of its figures, to which it links.
std::string report_page(const Study& study, const std::vector<Group>& groups,
                        const std::string& table, FigureFiles& files);

/// What stands below the header of that page, for one that has a header of its own.
std::string report_body(const Study& study, const std::vector<Group>& groups,
                        const std::string& table, FigureFiles& files);

}  // namespace glia::report
