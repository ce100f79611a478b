// SPDX-License-Identifier: MIT
#include <glia/sdk/calcium.hpp>
#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace glia::calcium {
namespace {

/// A number and its derivative by the drive.
struct Dual {
  double value = 0, slope = 0;
  Dual(double v = 0, double s = 0) : value(v), slope(s) {}  // NOLINT: as numbers do
};
Dual operator+(const Dual& a, const Dual& b) { return {a.value + b.value, a.slope + b.slope}; }
Dual operator-(const Dual& a, const Dual& b) { return {a.value - b.value, a.slope - b.slope}; }
Dual operator*(const Dual& a, const Dual& b) {
  return {a.value * b.value, a.slope * b.value + a.value * b.slope};
}
Dual operator/(const Dual& a, const Dual& b) {
  const double y = a.value / b.value;
  return {y, (a.slope - y * b.slope) / b.value};
}
double number(const Dual& x) { return x.value; }

/// The highest point between two moments of a step, where calcium rose at the first and fell at the
/// second: of the cubic through both numbers and both rates. The place of a maximum does not matter
/// to its derivative, so it is a plain number.
Dual top(const Cell<Dual>& a, const Cell<Dual>& b, const Cell<Dual>& rate_a,
         const Cell<Dual>& rate_b, double dt) {
  const Dual d0 = dt * rate_a.calcium, d1 = dt * rate_b.calcium, rise = b.calcium - a.calcium;
  const Dual linear = 3.0 * rise - 2.0 * d0 - d1, cubic = d0 + d1 - 2.0 * rise;
  const double root =
      std::sqrt(std::max(4 * linear.value * linear.value - 12 * cubic.value * d0.value, 0.0));
  const double at = std::clamp(2 * d0.value / (root - 2 * linear.value), 0.0, 1.0);
  return a.calcium + at * (d0 + at * (linear + at * cubic));
}

}  // namespace

Constants amplitude_modulated() { return {}; }

Constants frequency_modulated() {
  Constants k;
  k.pump_half = 0.05;
  k.own_rate = 0.05;
  k.phosphatase_rate = 0.05;
  return k;
}

Constants stimberg_network() {
  Constants k;
  k.store_volume = 0.18;
  k.leak_rate = 0.1;
  k.pump_half = 0.05;
  k.d2 = 1.05;
  k.d5 = 0.08;
  k.own_rate = 0.6;
  k.kinase_rate = 4.5;
  k.phosphatase_rate = 0.05;
  return k;
}

Constants stimberg_glutamate() {
  Constants k = stimberg_network();
  k.pump_half = 0.1;
  k.own_rate = 0.2;
  k.own_half = 0.3;
  k.kinase_calcium = 0.5;
  k.phosphatase_rate = 0.1;
  k.receptor_rate = 5;
  return k;
}

double junction(double difference, double strength, double threshold, double width) {
  const double flow = strength / 2 * (1 + std::tanh((std::abs(difference) - threshold) / width));
  return difference > 0 ? flow : difference < 0 ? -flow : 0;
}

void check(const Constants& constants, const Cell<double>& cell, std::size_t index, double seconds,
           double dt) {
  constexpr double rounding = 1e-9;
  const auto within = [](double x, double most) { return x >= -rounding && x <= most + rounding; };
  const bool finite = std::isfinite(cell.ip3);
  if (finite && cell.ip3 >= -rounding && within(cell.calcium, constants.total) &&
      within(cell.open, 1) && within(cell.bound, 1)) {
    return;
  }
  throw Error(
      ErrorCode::numeric,
      fmt::format("cell {} cannot be followed: after {:g} s its calcium would be {:.3g} uM, "
                  "its IP3 {:.3g} uM and its share of open channels {:.3g}",
                  index, seconds, cell.calcium, cell.ip3, cell.open),
      fmt::format("integrate in smaller steps than {:g} s{}", dt,
                  dt > 0.1 ? ": dt = 0.1 follows these cells unless they are driven hard"
                           : ", or drive the cells less"));
}

Cell<double> rest(const Constants& constants) {
  constexpr double dt = 0.05, longest = 1e5, still = 1e-12;
  Tissue<double> tissue(constants, {{.calcium = 0.09, .open = 0.78, .ip3 = 0.05}});
  const auto nothing = [](double, auto, auto) {};
  while (tissue.seconds() < longest) {
    tissue.advance(dt, nothing);
    const Cell<double>& now = tissue.cells()[0];
    const Cell<double> rate = rates(constants, now, Drive<double>{});
    const double fastest =
        std::max({std::abs(rate.calcium), std::abs(rate.open), std::abs(rate.ip3)});
    if (fastest < still) return now;
  }
  throw Error(ErrorCode::numeric,
              fmt::format("the cell does not come to rest within {:g} s of no drive", longest),
              "cells with these constants oscillate by themselves: there is no answer from rest");
}

Answer response(const Constants& constants, const Cell<double>& at_rest, double drive,
                double seconds, double dt) {
  const double steps = std::max(std::ceil(seconds / dt * (1 - 1e-12)), 1.0);
  dt = seconds / steps;
  const Drive<Dual> u{.ip3 = {drive, 1}};
  Tissue<Dual> tissue(constants, {{at_rest.calcium, at_rest.open, at_rest.ip3, at_rest.bound}});
  Cell<Dual> before = tissue.cells()[0];
  Cell<Dual> rate_before = rates(constants, before, u);
  Dual most = before.calcium;
  for (double s = 0; s < steps; ++s) {
    tissue.advance(dt, [&](double, auto, auto drives) { drives[0] = u; });
    const Cell<Dual> now = tissue.cells()[0], rate_now = rates(constants, now, u);
    if (now.calcium.value > most.value) most = now.calcium;
    if (rate_before.calcium.value > 0 && rate_now.calcium.value < 0) {
      const Dual highest = top(before, now, rate_before, rate_now, dt);
      if (highest.value > most.value) most = highest;
    }
    before = now;
    rate_before = rate_now;
  }
  const Dual released = release(most);
  return {released.value, released.slope};
}

}  // namespace glia::calcium
