// SPDX-License-Identifier: MIT
#pragma once

#include "report/groups.hpp"

#include <string>
#include <vector>

namespace glia::report {

/// A figure of a page.
struct PageFigure {
  std::string heading;
  std::string svg;  ///< embedded
  std::string caption;
};

/// Bars with dots per axis value, learning curves with a band, a heat map for every two axes. What
/// is drawn is bounded, however many trials there are: bars of many numbers become bins, dots and
/// epochs are thinned; the captions say so.
std::vector<PageFigure> figures_of(const Study& study);

}  // namespace glia::report
