// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace glia::report {

/// Where values lie along an axis of a drawing: numbers, evenly or by their ratios, or words.
class AxisScale {
 public:
  /// Numbers from `low` to `high`; where they are to be spread by ratios both are above 0. Equal
  /// ends get room around them.
  static AxisScale numbers(double low, double high, bool logarithmic = false);
  /// Words, by their places from 0.
  static AxisScale words(std::vector<std::string> words);

  /// The part of the axis that lies before a value, or before the middle of a word: in [0, 1].
  double share(double value) const;
  /// Marks with their labels, about `count` of them: (share, label).
  std::vector<std::pair<double, std::string>> marks(int count) const;
  bool holds(double value) const { return low_ <= value && value <= high_; }

 private:
  std::vector<double> round_numbers(int count) const;

  double low_ = 0, high_ = 1;
  bool logarithmic_ = false;
  std::vector<std::string> words_;
};

/// Ends with some room around numbers that are drawn: in per cent never outside 0 to 100, and never
/// so close that noise would look like a difference.
std::pair<double, double> zoomed(double low, double high, bool percent);

}  // namespace glia::report
