// SPDX-License-Identifier: MIT
#pragma once

#include "report/judging.hpp"
#include "report/study_figures.hpp"

#include <vector>

namespace glia::report {

/// Of a sweep whose points were drawn: the best so far, a scatter for every setting, parallel
/// coordinates. Settings on logarithmic axes stay on them; points that were stopped early are shown
/// as such; axes show no more than the values.
std::vector<PageFigure> search_figures(const Study& study, const Judge& judge);

/// Bars of the shares; nothing where none are known.
std::vector<PageFigure> importance_figure(const Study& study);

}  // namespace glia::report
