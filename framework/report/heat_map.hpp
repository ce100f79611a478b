// SPDX-License-Identifier: MIT
#pragma once

#include "report/svg.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace glia::report {

/// One cell: what the runs with these two values gave.
struct HeatCell {
  double median = 0;  ///< a fraction; NaN: no run has finished
  std::size_t n = 0, collapsed = 0;
};

struct HeatMap {
  std::string title, heading;
  std::string x_label, y_label;
  std::vector<std::string> columns, rows;
  std::map<std::pair<std::size_t, std::size_t>, HeatCell> cells;  ///< by (row, column)
};

/// Colour is the median, written into the cell where there is room; "×N" counts collapsed runs.
Drawing draw_heat_map(const HeatMap& map);

}  // namespace glia::report
