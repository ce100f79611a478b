// SPDX-License-Identifier: MIT
#pragma once

#include "report/svg.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace glia::report {

/// Names of series beside their marks, in as many rows as they need.
class Legend {
 public:
  static constexpr double row_height = 18;

  /// Between the edges `left` and `right`; every mark is `mark` wide.
  Legend(double left, double right, double mark, const std::vector<std::string>& names);

  std::size_t rows() const { return entries_.empty() ? 0 : entries_.back().row + 1; }
  double height() const { return row_height * static_cast<double>(rows()); }

  /// `draw_mark` draws the mark of series i, whose upper left corner is at (x, y).
  void draw(Drawing& drawing, double top,
            const std::function<void(std::size_t i, double x, double y)>& draw_mark) const;

 private:
  struct Entry {
    std::string name;
    double x;
    std::size_t row;
  };

  double mark_;
  std::vector<Entry> entries_;
};

}  // namespace glia::report
