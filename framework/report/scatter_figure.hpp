// SPDX-License-Identifier: MIT
#pragma once

#include "report/axis_scale.hpp"
#include "report/svg.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace glia::report {

/// Points of a search, or a setting's share of what they tell, in the one language of all figures:
/// a filled dot has finished, a hollow one was stopped early, an orange ring is the best.
struct ScatterMark {
  double x = 0, y = 0;  ///< as the axes have them
  bool pruned = false;
  bool best = false;
  std::string title;  ///< shown when the pointer rests there
};

struct ScatterFigure {
  std::string title, description;
  std::string x_label, y_label;
  AxisScale x, y;
  std::vector<ScatterMark> marks;
  std::vector<std::pair<double, double>> steps{};  ///< a line of steps, if there are any
  std::string step_name{};
  double chance = 0;  ///< NaN, or outside the axis: no line
  bool wide = false;  ///< the width of a page, not half of it
};

/// Marks beyond `most` are thinned out evenly; the best one stays.
Drawing draw_scatter(const ScatterFigure& figure, std::size_t most);

/// A line per point, across an axis for each setting.
struct ParallelLine {
  std::vector<double> values;  ///< one per axis, NaN where it does not apply
  double share = 0;            ///< its colour's place between pale and deep
  bool pruned = false, best = false;
  std::string title;
};

struct ParallelFigure {
  std::string title, description;
  std::vector<std::string> names;
  std::vector<AxisScale> axes;  ///< one per name
  std::vector<ParallelLine> lines;
};

Drawing draw_parallel(const ParallelFigure& figure, std::size_t most);

/// Bars from 0 to the largest share, with the number at each.
Drawing draw_shares(const std::string& title,
                    const std::vector<std::pair<std::string, double>>& shares);

}  // namespace glia::report
