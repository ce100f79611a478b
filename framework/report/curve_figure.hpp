// SPDX-License-Identifier: MIT
#pragma once

#include "report/groups.hpp"
#include "report/svg.hpp"

#include <string>
#include <vector>

namespace glia::report {

/// Over the runs of a group, at one epoch (or level).
struct BandPoint {
  double x = 0;
  double median = 0, q1 = 0, q3 = 0;
  std::size_t n = 0;
};

struct CurveSeries {
  std::string name;
  std::vector<BandPoint> points;
  std::size_t color = 0;
  std::string shade;  ///< "" or a colour of its own, for levels of a number
  Stroke stroke = Stroke::solid;
};

struct CurveFigure {
  std::string title, heading;
  std::string y_label, x_label = "epoch";
  bool whole = true;  ///< x is a whole number
  std::string description = "Line: median over the runs. Band: first to third quartile.";
  std::vector<CurveSeries> series;
  bool percent = false;  ///< values are fractions, drawn in per cent
  double chance = 0;     ///< NaN, or far below all values: no line
};

/// Which number of an epoch is drawn.
enum class Measure { test_accuracy, validation_accuracy, test_loss, validation_loss, train_loss };

struct Band {
  std::vector<BandPoint> points;
  std::size_t epochs = 0;  ///< that there are, drawn or not
};

/// Median and quartiles over the runs of a sample at up to `most` epochs, the last one included.
Band band_of(const Sample& sample, Measure measure, std::size_t most);

/// What a caption adds where `band_of` left some of so many steps ("epoch") out; "" where each is
/// drawn.
std::string thinned_epochs(std::size_t all, std::size_t most, const std::string& step);

/// A line for the median of every series and, where it is solid and there is more than one run, a
/// band from the first to the third quartile.
Drawing draw_curves(const CurveFigure& figure);

/// What is drawn, as CSV: series,X,median,q1,q3,n, where X is what the x axis has.
std::string numbers_of(const CurveFigure& figure);

}  // namespace glia::report
