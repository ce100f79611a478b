// SPDX-License-Identifier: MIT
#pragma once

#include "report/svg.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace glia::report {

struct ChartSeries {
  std::string name{};
  std::size_t color = 0;  ///< of the report's palette
  bool line = true, dots = true;
  Stroke stroke = Stroke::solid;
  std::vector<std::pair<double, double>> points{};  ///< x, y; what an axis cannot show is left out
  /// From where to where the points' quartiles reach, and their ends: one each per point, or none.
  std::vector<std::pair<double, double>> band{}, ends{};
};

/// What a figure shows side by side.
struct ChartPanel {
  std::string x_label{}, y_label{};
  bool log_x = false, log_y = false;
  std::vector<ChartSeries> series{};
  std::string heading{};         ///< drawn above; may be empty
  bool whole_x = false;          ///< x is a whole number
  double chance = NAN;           ///< a dashed line across, where the axis holds it
  double low = NAN, high = NAN;  ///< ends of the y axis; NaN: as far as the values go
};

/// Where a panel stands: its upper left corner, its width, and the height of the plot in it.
struct ChartPlace {
  double x = 0, y = 0, width = 330, plot_height = 250;

  double left() const { return x + 62; }
  double right() const { return x + width - 12; }
  double bottom() const { return y + plot_height; }
  static constexpr double below = 44;  ///< room for labels under the plot
};

void draw_panel(const ChartPanel& panel, const ChartPlace& place, Drawing& drawing);

/// A figure of panels as a file in SVG, the series' names below once: those of the first panel.
/// `note` says what the numbers are of: n, and the statistic.
std::string chart(const std::string& title, const std::string& note,
                  const std::vector<ChartPanel>& panels);

}  // namespace glia::report
