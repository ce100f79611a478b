// SPDX-License-Identifier: MIT
#include "compile/construct.hpp"
#include "compile/constructions/polygon.hpp"

#include <cmath>

namespace glia::compile::constructions::sine {
namespace {

double wave(double x) { return std::sin(2 * M_PI * x); }

/// Any function of one variable, here a sine, by its interpolant at n + 1 points.
Construction make(std::int64_t pieces) {
  const Polygon polygon = Polygon::of(pieces, wave);
  Construction made{.lattice = lattice_of(polygon)};
  made.rounding = polygon.rounding();
  made.theory = M_PI * M_PI / (2 * static_cast<double>(pieces * pieces));  // max |f''| / (8 n^2)
  made.function = [](const double* x) { return wave(x[0]); };
  return made;
}

const Registered<ConstructionEntry> registered([] {
  ConstructionEntry entry;
  entry.name = "sine";
  entry.doc =
      "sin 2 pi x on [0, 1] by a polygon: a row for every piece, as for any piecewise linear "
      "function of one variable.";
  entry.least = 2;
  entry.most = 4096;
  entry.make = make;
  return entry;
}());

}  // namespace
}  // namespace glia::compile::constructions::sine
