// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace glia::compile {

struct ChartSeries {
  std::string name;
  std::size_t color = 0;  ///< of the report's palette
  bool line = true, dots = true, dashed = false;
  std::vector<std::pair<double, double>> points{};  ///< x, y; what an axis cannot show is left out
};

/// What a figure shows side by side; the series' names stand below once.
struct ChartPanel {
  std::string x_label, y_label;
  bool log_x = false, log_y = false;
  std::vector<ChartSeries> series{};
};

/// A figure as a file in SVG.
std::string chart(const std::string& title, const std::vector<ChartPanel>& panels);

}  // namespace glia::compile
