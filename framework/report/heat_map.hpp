// SPDX-License-Identifier: MIT
#pragma once

#include "report/svg.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace glia::report {

struct HeatCell {
  double share = 0;   ///< its colour's place between pale and deep, in [0, 1]
  std::string text;   ///< written where there is room
  std::string note;   ///< below it, likewise
  std::string title;  ///< shown when the pointer rests there
};

struct HeatMap {
  std::string title, description, heading;
  std::string x_label, y_label;
  std::vector<std::string> columns, rows;
  std::map<std::pair<std::size_t, std::size_t>, HeatCell> cells;  ///< by (row, column)
  /// What the palest and the deepest colour stand for, and of what; no scale is drawn without.
  std::string low, high, scale_label;
  std::size_t every_column = 1;  ///< which columns have a label
  bool flat = false;             ///< cells without gaps and lower
};

/// A cell per row and column, coloured by its share, with a scale that says what colours mean.
Drawing draw_heat_map(const HeatMap& map);

}  // namespace glia::report
