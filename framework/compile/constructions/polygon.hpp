// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace glia::compile {

/// The interpolant of a function at 0, 1/n, .., 1 as a sum of hinges:
/// start + sum_k slope[k] max(0, x - k / n).
struct Polygon {
  double start;
  std::vector<double> slope;

  template <class Function>
  Polygon(std::int64_t n, Function f) : start(f(0.0)) {
    double before = 0;
    for (std::int64_t k = 0; k < n; ++k) {
      const auto steps = static_cast<double>(n);
      const double a = static_cast<double>(k) / steps, b = static_cast<double>(k + 1) / steps;
      const double here = (f(b) - f(a)) * steps;
      slope.push_back(here - before);
      before = here;
    }
  }

  std::int64_t size() const { return static_cast<std::int64_t>(slope.size()); }
  double knot(std::int64_t k) const { return static_cast<double>(k) / static_cast<double>(size()); }
  double slope_at(std::int64_t k) const { return slope[static_cast<std::size_t>(k)]; }

  double at(double x) const {
    const auto piece =
        std::min(size() - 1, static_cast<std::int64_t>(x * static_cast<double>(size())));
    double sum = start;
    for (std::int64_t k = 0; k <= piece; ++k) sum += slope_at(k) * (x - knot(k));
    return sum;
  }

  /// How far a sum of the first hinges falls below 0: it goes on in a line up to 1.
  double depth() const {
    double lowest = std::min(0.0, start), value = start, rise = 0;
    for (std::int64_t k = 0; k < size(); ++k) {
      rise += slope_at(k);
      lowest = std::min({lowest, value, value + rise * (1 - knot(k))});
      value += rise / static_cast<double>(size());
    }
    return -lowest;
  }
};

}  // namespace glia::compile
