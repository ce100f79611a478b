// SPDX-License-Identifier: MIT
#include "compile/construct.hpp"
#include "compile/constructions/square.hpp"

#include <array>
#include <cmath>

namespace glia::compile::constructions::product {
namespace {

/// x y = 2 ((x + y) / 2)^2 - x^2 / 2 - y^2 / 2, three squares side by side.
Construction make(std::int64_t steps) {
  Construction made{.lattice = Lattice({0, 1}), .inputs = 2};
  Lattice& lattice = made.lattice;
  lattice.add({{2, {.taps = {{1, 1}}}},
               {1, {.taps = {{0, 0.5, true}, {1, 0.5, true}}}},
               {-1, {.taps = {{0, 1}}}}});
  for (const std::int64_t apart : {2, 3}) {
    lattice.add({{apart + 1, {.taps = {{apart, 1}}}},
                 {1, {.taps = {{1, 1}}}},
                 {-apart, {.taps = {{1 - apart, 1}}}}});
  }
  const std::array<std::int64_t, 3> centres{-3, 1, 4};
  LatticeRow first;
  for (const std::int64_t centre : centres) square_starts(first, centre, centre);
  lattice.add(std::move(first));
  for (std::int64_t step = 1; step <= steps; ++step) {
    LatticeRow row;
    for (const std::int64_t centre : centres) square_step(row, centre, step);
    lattice.add(std::move(row));
  }
  LatticeRow last;
  for (const std::int64_t centre : centres) square_ends(last, centre, steps);
  lattice.add(std::move(last));
  lattice.walk({-3, 1, 4}, {0, 1, 2});
  lattice.add({{1, {.taps = {{0, -0.5, true}, {1, 2, true}, {2, -0.5, true}}}}});
  lattice.end_layer({1});
  made.theory = 2 * std::pow(4.0, -static_cast<double>(steps + 1));
  made.function = [](const double* x) { return x[0] * x[1]; };
  return made;
}

const Registered<ConstructionEntry> registered([] {
  ConstructionEntry entry;
  entry.name = "product";
  entry.doc = "x y on the unit square, from three squares.";
  entry.most = 24;
  entry.make = make;
  return entry;
}());

}  // namespace
}  // namespace glia::compile::constructions::product
