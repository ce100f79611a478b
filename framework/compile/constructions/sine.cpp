// SPDX-License-Identifier: MIT
#include "compile/construct.hpp"
#include "compile/constructions/polygon.hpp"

#include <cmath>

namespace glia::compile {
namespace {

double wave(double x) { return std::sin(2 * M_PI * x); }

/// Any function of one variable, here a sine, by its interpolant at n + 1 points: cells
/// [x, hinge, sum], one hinge a row.
Construction make(std::int64_t pieces) {
  const Polygon polygon(pieces, wave);
  const double rest = polygon.depth();
  Construction made{.lattice = Lattice({0})};
  Lattice& lattice = made.lattice;
  lattice.add({{-1, {.taps = {{0, 1}}}},
               {0, {.taps = {{0, 1}}, .bias = -polygon.knot(0), .birth = true}},
               {1, {.taps = {{0, 0}}, .bias = polygon.start + rest, .birth = true}}});
  for (std::int64_t k = 0; k + 1 < pieces; ++k) {
    lattice.add({{-1, {.taps = {{-1, 1}}}},
                 {0, {.taps = {{-1, 1}}, .bias = -polygon.knot(k + 1), .birth = true}},
                 {1, {.taps = {{0, polygon.slope_at(k), true}, {1, 1}}}}});
  }
  lattice.add({{0,
                {.taps = {{0, polygon.slope_at(pieces - 1), true}, {1, 1}},
                 .bias = -rest,
                 .birth = true}}});
  lattice.end_layer({0});
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
}  // namespace glia::compile
