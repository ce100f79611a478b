// SPDX-License-Identifier: MIT
// Learning curves: of the values of an axis, of heads beside each other, of encoders.
#pragma once

#include "report/groups.hpp"
#include "report/page_figure.hpp"

#include <string>
#include <vector>

namespace glia::report {

/// A line for every value of an axis (or some of them, evenly spread), over its runs, of one head: a
/// figure for each split that is measured on the way.
std::vector<PageFigure> level_curves(const Study& study, const std::string& head,
                                     const Levels& levels);

/// Heads in colours of their own: the objective, or the loss, on every split that was measured.
PageFigure head_curves(const Study& study, const std::vector<std::string>& heads, bool loss);

PageFigure encoder_curves(const Study& study);

}  // namespace glia::report
