// SPDX-License-Identifier: MIT
#include "compile/constructions/polygon.hpp"

#include <glia/sdk/random.hpp>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace glia::compile {

Lattice lattice_of(const Polygon& polygon) {
  const double rest = polygon.depth();
  const std::size_t pieces = polygon.size();
  Lattice lattice({0});
  lattice.add({{-1, {.taps = {{0, 1}}}},
               {0, {.taps = {{0, 1}}, .bias = -polygon.knot[0], .birth = true}},
               {1, {.taps = {{0, 0}}, .bias = polygon.start + rest, .birth = true}}});
  for (std::size_t k = 0; k + 1 < pieces; ++k) {
    lattice.add({{-1, {.taps = {{-1, 1}}}},
                 {0, {.taps = {{-1, 1}}, .bias = -polygon.knot[k + 1], .birth = true}},
                 {1, {.taps = {{0, polygon.slope[k], true}, {1, 1}}}}});
  }
  lattice.add(
      {{0,
        {.taps = {{0, polygon.slope[pieces - 1], true}, {1, 1}}, .bias = -rest, .birth = true}}});
  lattice.end_layer({0});
  return lattice;
}

}  // namespace glia::compile

namespace glia::compile::constructions::polygon {
namespace {

constexpr std::uint64_t shape_seed = 1;
constexpr double most_shift = 0.35;  // of a knot, in pieces

struct Points {
  std::vector<double> x, y;
};

/// Knots near k / n and values in [-1, 1], the same for every call.
Points random_points(std::int64_t pieces) {
  std::vector<double> x{0}, y;
  const auto n = static_cast<std::size_t>(pieces);
  std::vector<double> draws(2 * n + 2);
  RandomStream(shape_seed, "compile/polygon", static_cast<std::uint64_t>(pieces))
      .uniform(std::span<double>(draws), -1, 1);
  for (std::size_t k = 1; k < n; ++k) {
    x.push_back((static_cast<double>(k) + most_shift * draws[k]) / static_cast<double>(n));
  }
  x.push_back(1);
  y.assign(draws.begin() + static_cast<std::ptrdiff_t>(n) + 1, draws.end());
  return {x, y};
}

Construction make(std::int64_t pieces) {
  const Points points = random_points(pieces);
  const Polygon polygon(points.x, points.y);
  Construction made{.lattice = lattice_of(polygon)};
  made.rounding = polygon.rounding();
  made.function = [points](const double* x) {  // not the sum of hinges: that is what is measured
    const auto& knots = points.x;
    const auto above = std::upper_bound(knots.begin() + 1, knots.end() - 1, x[0]);
    const auto k = static_cast<std::size_t>(above - knots.begin());
    return std::lerp(points.y[k - 1], points.y[k],
                     (x[0] - knots[k - 1]) / (knots[k] - knots[k - 1]));
  };
  return made;
}

const Registered<ConstructionEntry> registered([] {
  ConstructionEntry entry;
  entry.name = "polygon";
  entry.doc =
      "A piecewise linear function of one variable on [0, 1], its knots and values drawn once: a "
      "row for every piece, and no error.";
  entry.least = 2;
  entry.most = 1024;
  entry.make = make;
  return entry;
}());

}  // namespace
}  // namespace glia::compile::constructions::polygon
