// SPDX-License-Identifier: MIT
#include "compile/constructions/square.hpp"

#include "compile/construct.hpp"

#include <cmath>

namespace glia::compile {

void square_starts(LatticeRow& row, std::int64_t centre, std::int64_t from) {
  row[centre - 1] = {.taps = {{from, 1, true}}, .bias = -0.5, .birth = true};
  row[centre] = {.taps = {{from, 1, true}}};
  row[centre + 1] = {.taps = {{from, 1, true}}};
}

void square_step(LatticeRow& row, std::int64_t centre, std::int64_t step) {
  const std::vector<LatticeTap> tooth{{centre - 1, -4, true}, {centre, 2, true}};
  row[centre - 1] = {.taps = tooth, .bias = -0.5, .birth = true};
  row[centre] = {.taps = tooth};
  row[centre + 1] = {.taps = {{centre + 1, 1}}};
  if (step == 1) return;
  row[centre + 1].taps.push_back({centre, -std::pow(4.0, 1.0 - static_cast<double>(step)), true});
}

void square_ends(LatticeRow& row, std::int64_t centre, std::int64_t steps) {
  row[centre] = {
      .taps = {{centre, -std::pow(4.0, -static_cast<double>(steps)), true}, {centre + 1, 1}}};
}

}  // namespace glia::compile

namespace glia::compile::constructions::square {
namespace {

Construction make(std::int64_t steps) {
  Construction made{.lattice = Lattice({0})};
  LatticeRow first;
  square_starts(first, 0, 0);
  made.lattice.add(std::move(first));
  for (std::int64_t step = 1; step <= steps; ++step) {
    LatticeRow row;
    square_step(row, 0, step);
    made.lattice.add(std::move(row));
  }
  LatticeRow last;
  square_ends(last, 0, steps);
  made.lattice.add(std::move(last));
  made.lattice.end_layer({0});
  made.theory = std::pow(4.0, -static_cast<double>(steps + 1));
  made.function = [](const double* x) { return x[0] * x[0]; };
  return made;
}

const Registered<ConstructionEntry> registered([] {
  ConstructionEntry entry;
  entry.name = "square";
  entry.doc =
      "x^2 on [0, 1] by sawtooth functions that compose themselves (Yarotsky, 2017): a row "
      "for every factor of four in the error.";
  entry.most = 24;
  entry.make = make;
  return entry;
}());

}  // namespace
}  // namespace glia::compile::constructions::square
