// SPDX-License-Identifier: MIT
#pragma once

#include "compile/construct.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace glia::compile {

/// A continuous piecewise linear function on [0, 1] as a sum of hinges:
/// start + sum_k slope[k] max(0, x - knot[k]), with knot[0] = 0.
struct Polygon {
  double start = 0;
  std::vector<double> knot, slope;

  /// Through the points (x[k], y[k]), x rising from 0 to 1.
  Polygon(const std::vector<double>& x, const std::vector<double>& y) : start(y.front()) {
    double before = 0;
    for (std::size_t k = 0; k + 1 < x.size(); ++k) {
      const double here = (y[k + 1] - y[k]) / (x[k + 1] - x[k]);
      knot.push_back(x[k]);
      slope.push_back(here - before);
      before = here;
    }
  }

  /// The interpolant of a function at 0, 1/n, .., 1.
  template <class Function>
  static Polygon of(std::int64_t n, Function f) {
    std::vector<double> x, y;
    for (std::int64_t k = 0; k <= n; ++k) {
      x.push_back(static_cast<double>(k) / static_cast<double>(n));
      y.push_back(f(x.back()));
    }
    return {x, y};
  }

  std::size_t size() const { return slope.size(); }

  double at(double x) const {
    double sum = start;
    for (std::size_t k = 0; k < size() && knot[k] <= x; ++k) sum += slope[k] * (x - knot[k]);
    return sum;
  }

  /// How far a sum of the first hinges falls below 0: it goes on in a line up to 1.
  double depth() const {
    double lowest = std::min(0.0, start), value = start, rise = 0;
    for (std::size_t k = 0; k < size(); ++k) {
      rise += slope[k];
      lowest = std::min({lowest, value, value + rise * (1 - knot[k])});
      value += rise * ((k + 1 < size() ? knot[k + 1] : 1) - knot[k]);
    }
    return -lowest;
  }

  /// What rounding may make of the sum.
  double rounding() const {
    double sum = std::abs(start);
    for (const double s : slope) sum += std::abs(s);
    constexpr double bits = 4 * 2.3e-16;
    return bits * sum;
  }
};

/// Its matrix: cells [x, hinge, sum], one hinge a row, so a row more than it has pieces.
Lattice lattice_of(const Polygon& polygon);

}  // namespace glia::compile
