// SPDX-License-Identifier: MIT
#include "compile/construct.hpp"
#include "compile/constructions/polygon.hpp"

#include <cmath>

namespace glia::compile::constructions::horizon {
namespace {

double horizon(double x) { return 0.5 + 0.2 * std::sin(2 * M_PI * x); }

/// The squared distance between step and ramp, integrated over y in closed form: the ramp's middle
/// lies `miss` from the step.
double strip(double miss, double width) {
  const double e = std::abs(miss);
  return e <= width / 2 ? width / 12 + e * e / width : e - width / 6;
}

/// Its mean over x.
double mean_square(const Polygon& polygon, double width) {
  constexpr int samples = 100000;
  double sum = 0;
  for (int k = 0; k < samples; ++k) {
    const double x = (k + 0.5) / samples;
    sum += strip(polygon.at(x) - horizon(x), width);
  }
  return sum / samples;
}

/// 1 above the horizon and 0 below: a polygon for the horizon g, cells [x, hinge, sum, y], and a
/// ramp from g - width / 2 to g + width / 2.
Construction make(std::int64_t pieces) {
  const Polygon polygon = Polygon::of(pieces, horizon);
  const double error = 0.2 * M_PI * M_PI / (2 * static_cast<double>(pieces * pieces));
  const double width = error;  // of the ramp
  const double rest = polygon.depth();
  Construction made{.lattice = Lattice({0, 1}), .inputs = 2, .norm = "L2"};
  Lattice& lattice = made.lattice;
  lattice.add({{-1, {.taps = {{0, 1}}}},
               {0, {.taps = {{0, 1}}, .bias = -polygon.knot[0], .birth = true}},
               {1, {.taps = {{0, 0}}, .bias = polygon.start + rest, .birth = true}},
               {2, {.taps = {{1, 1}}}}});
  for (std::size_t k = 0; k + 1 < polygon.size(); ++k) {
    lattice.add({{-1, {.taps = {{-1, 1}}}},
                 {0, {.taps = {{-1, 1}}, .bias = -polygon.knot[k + 1], .birth = true}},
                 {1, {.taps = {{0, polygon.slope[k], true}, {1, 1}}}},
                 {2, {.taps = {{2, 1}}}}});
  }
  lattice.add({{1, {.taps = {{0, polygon.slope[polygon.size() - 1], true}, {1, 1}}}},
               {2, {.taps = {{2, 1}}}}});
  const std::vector<LatticeTap> above{{1, -1 / width, true}, {2, 1 / width, true}};
  lattice.add({{1, {.taps = above, .bias = 0.5 + rest / width, .birth = true}},
               {2, {.taps = above, .bias = -0.5 + rest / width, .birth = true}}});
  lattice.add({{1, {.taps = {{1, 1, true}, {2, -1, true}}}}});
  lattice.end_layer({1});
  made.theory = std::sqrt(mean_square(polygon, width));
  made.function = [](const double* x) { return x[1] > horizon(x[0]) ? 1.0 : 0.0; };
  made.band = [error, width](const double* x) {
    const double reach = error + width;
    return std::pair{horizon(x[0]) - reach, horizon(x[0]) + reach};
  };
  return made;
}

const Registered<ConstructionEntry> registered([] {
  ConstructionEntry entry;
  entry.name = "horizon";
  entry.doc =
      "1 where y > 1/2 + 0.2 sin 2 pi x, else 0, on the unit square: a picture of two parts "
      "with a smooth border.";
  entry.least = 2;
  entry.most = 1024;
  entry.make = make;
  return entry;
}());

}  // namespace
}  // namespace glia::compile::constructions::horizon
