// SPDX-License-Identifier: MIT
#pragma once

#include "report/svg.hpp"

#include <glia/sdk/metric.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace glia::report {

/// A run as a dot.
struct Dot {
  double value = 0;
  bool collapsed = false;
  std::string title;  ///< "seed 3: 81.2 %"
};

/// The bar is the median of `dots`, unless `median` is given without them.
struct Bar {
  std::vector<Dot> dots;
  double median = 0;  ///< NaN: no bar
  std::size_t collapsed = 0, n = 0;
};

struct BarGroup {
  std::string label;
  std::vector<Bar> bars;  ///< one per series
};

struct BarSeries {
  std::string name;
  std::size_t color = 0;
  bool published = false;  ///< drawn hollow, as numbers of others
};

struct BarFigure {
  std::string title;    ///< read out, not drawn
  std::string heading;  ///< drawn above; may be empty
  std::string x_label, y_label = "test accuracy (%)";
  Metric metric{"accuracy", true, "share"};  ///< of the values
  bool zoom = false;  ///< where the values lie close together, the axis shows no more than them
  std::vector<BarSeries> series;
  std::vector<BarGroup> groups;
  double chance = 0;  ///< NaN: no line
};

/// How the figure is to be read, a sentence or two for its caption.
std::string bar_caption(const BarFigure& figure);

/// Bars of the medians with a dot per run, at most `most_dots` in all; collapsed runs are crosses
/// and are counted below their bar.
Drawing draw_bars(const BarFigure& figure, std::size_t most_dots);

/// What is drawn, as CSV: X,series,median,n,collapsed,runs, where X is what the x axis has and the
/// runs are the values of all dots, with spaces between them.
std::string numbers_of(const BarFigure& figure);

}  // namespace glia::report
