// SPDX-License-Identifier: MIT
// Calcium of astrocytes in time: the ChI cell (Li & Rinzel's calcium with IP3 that is made and broken
// down) after De Pitta et al. (2009). Concentrations in uM, times in s. docs/calcium.md has the
// equations, where the constants are from, and what they lead to.
#pragma once

#include <glia/sdk/export.hpp>

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace glia::calcium {

/// What a cell is made of. Symbols are those of docs/calcium.md.
struct Constants {
  double total = 2;                ///< C0 [uM]: calcium of cell and store together
  double store_volume = 0.185;     ///< c1: volume of the store by that of the rest of the cell
  double channel_rate = 6;         ///< rC [1/s]: through the IP3 receptors' channels
  double leak_rate = 0.11;         ///< rL [1/s]
  double pump_rate = 0.9;          ///< vER [uM/s]: back into the store
  double pump_half = 0.1;          ///< KER [uM]
  double d1 = 0.13, d2 = 1.049;    ///< [uM] binding of IP3, of calcium that closes the channel
  double d3 = 0.9434;              ///< [uM] binding of IP3 to a closed channel
  double d5 = 0.08234;             ///< [uM] binding of calcium that opens the channel
  double closing_rate = 0.2;       ///< a2 [1/(uM s)]
  double own_rate = 0.02;          ///< vd [uM/s]: IP3 that calcium makes (PLC delta)
  double own_half = 0.1;           ///< Kd [uM]
  double own_inhibition = 1.5;     ///< k [uM]
  double kinase_rate = 2;          ///< v3K [uM/s]: IP3 that calcium's kinase breaks down
  double kinase_calcium = 0.7;     ///< KD [uM]
  double kinase_ip3 = 1;           ///< K3 [uM]
  double phosphatase_rate = 0.04;  ///< r5P [1/s]: IP3 that is broken down in any case
  double receptor_rate = 0;        ///< Ob [uM/s]: IP3 that all receptors together make
  double binding_rate = 0.3;       ///< ON [1/(uM s)]: glutamate to receptors
  double unbinding_rate = 0.5;     ///< WN [1/s]
  double unbinding_gain = 10;      ///< z: how much calcium speeds unbinding up
  double unbinding_half = 0.5;     ///< KC [uM]
};

/// Amplitudes follow the drive (De Pitta et al. 2009, as in ModelDB 223269).
GLIA_API Constants amplitude_modulated();
/// Frequencies follow the drive, spikes are alike (same source).
GLIA_API Constants frequency_modulated();
/// A cell of the network, and the one under glutamate, of Stimberg et al. (2019), figures 5 and 2.
GLIA_API Constants stimberg_network();
GLIA_API Constants stimberg_glutamate();

/// The state of a cell. T: double, or a number that carries derivatives along.
template <class T>
struct Cell {
  T calcium{};  ///< C [uM], outside the store
  T open{};     ///< h: share of channels that calcium has not closed
  T ip3{};      ///< I [uM]
  T bound{};    ///< G: share of receptors that have bound glutamate
};

/// What reaches a cell from outside.
template <class T>
struct Drive {
  T ip3{};               ///< u [uM/s]: IP3 that is made or flows in
  double glutamate = 0;  ///< Y [uM]
};

/// How fast each part of a cell changes, per second.
template <class T>
Cell<T> rates(const Constants& k, const Cell<T>& s, const Drive<T>& drive) {
  const T &c = s.calcium, &ip3 = s.ip3, c2 = c * c, c4 = c2 * c2;
  const T closing = k.d2 * (ip3 + k.d1) / (ip3 + k.d3);
  const T open = ip3 / (ip3 + k.d1) * c / (c + k.d5) * s.open;
  const double kd4 = k.kinase_calcium * k.kinase_calcium * k.kinase_calcium * k.kinase_calcium;
  Cell<T> rate;
  rate.calcium =
      (k.channel_rate * (open * open * open) + k.leak_rate) * (k.total - (1 + k.store_volume) * c) -
      k.pump_rate * c2 / (c2 + k.pump_half * k.pump_half);
  rate.open = k.closing_rate * (closing * (1.0 - s.open) - c * s.open);
  rate.bound = k.binding_rate * drive.glutamate * (1.0 - s.bound) -
               k.unbinding_rate * (1.0 + k.unbinding_gain * c / (c + k.unbinding_half)) * s.bound;
  rate.ip3 = drive.ip3 + k.receptor_rate * s.bound +
             k.own_rate / (1.0 + ip3 / k.own_inhibition) * c2 / (c2 + k.own_half * k.own_half) -
             k.kinase_rate * c4 / (c4 + kd4) * ip3 / (ip3 + k.kinase_ip3) -
             k.phosphatase_rate * ip3;
  return rate;
}

/// Share of its transmitter that a cell releases: C^4 / (C^4 + 0.5^4).
template <class T>
T release(const T& calcium) {
  const T c2 = calcium * calcium, c4 = c2 * c2;
  return c4 / (c4 + 0.0625);
}

/// IP3 [uM/s] that flows through a gap junction out of a cell that has `difference` [uM] more than
/// its neighbour: almost nothing below `threshold`, then up to `strength`; negative: into it.
GLIA_API double junction(double difference, double strength = 0.09, double threshold = 0.3,
                         double width = 0.05);

inline double number(double x) { return x; }

/// Error (numeric) with cell, time and advice if a cell's numbers cannot be those of a cell, as
/// happens when dt is too long.
GLIA_API void check(const Constants& constants, const Cell<double>& cell, std::size_t index,
                    double seconds, double dt);

/// Cells that are integrated together, by the classical Runge-Kutta method of fourth order.
template <class T>
class Tissue {
 public:
  Tissue(const Constants& constants, std::vector<Cell<T>> cells)
      : constants_(constants), cells_(std::move(cells)) {}

  const std::vector<Cell<T>>& cells() const { return cells_; }
  double seconds() const { return seconds_; }

  /// One step of `dt` seconds. `drive(seconds, cells, drives)` is asked four times and says what
  /// every cell gets at that time if the cells are as they are given; `drives` comes in empty.
  /// Error (numeric): see `check`.
  template <class Outside>
  void advance(double dt, const Outside& drive) {
    Rates k1, k2, k3, k4;
    at(seconds_, cells_, drive, k1);
    at(seconds_ + dt / 2, moved(k1, dt / 2), drive, k2);
    at(seconds_ + dt / 2, moved(k2, dt / 2), drive, k3);
    at(seconds_ + dt, moved(k3, dt), drive, k4);
    ++steps_;
    seconds_ = steps_ * dt;  // steps are alike: a sum would drift
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      Cell<T>& c = cells_[i];
      for (const auto part : parts) {
        c.*part =
            c.*part + dt / 6 * (k1[i].*part + 2.0 * (k2[i].*part + k3[i].*part) + k4[i].*part);
      }
      check(constants_, {number(c.calcium), number(c.open), number(c.ip3), number(c.bound)}, i,
            seconds_, dt);
    }
  }

 private:
  using Rates = std::vector<Cell<T>>;
  static constexpr T Cell<T>::*parts[] = {&Cell<T>::calcium, &Cell<T>::open, &Cell<T>::ip3,
                                          &Cell<T>::bound};

  template <class Outside>
  void at(double seconds, std::span<const Cell<T>> cells, const Outside& drive, Rates& out) {
    drives_.assign(cells.size(), {});
    drive(seconds, cells, std::span<Drive<T>>(drives_));
    out.resize(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
      out[i] = rates(constants_, cells[i], drives_[i]);
    }
  }

  const std::vector<Cell<T>>& moved(const Rates& rate, double dt) {
    moved_ = cells_;
    for (std::size_t i = 0; i < moved_.size(); ++i) {
      for (const auto part : parts) moved_[i].*part = moved_[i].*part + dt * (rate[i].*part);
    }
    return moved_;
  }

  Constants constants_;
  std::vector<Cell<T>> cells_, moved_;
  std::vector<Drive<T>> drives_;
  double seconds_ = 0;
  double steps_ = 0;
};

/// The state that a cell comes to rest in when nothing drives it. Error (numeric) if it never does.
GLIA_API Cell<double> rest(const Constants& constants);

/// What a cell answers, and how that changes with the drive.
struct Answer {
  double value = 0;
  double slope = 0;  ///< per uM/s
};

/// The most that a cell at rest releases at any time within `seconds` of a constant drive [uM/s];
/// the slope is that of these very numbers, carried along. Steps are at most `dt`, and divide
/// `seconds`. Error (numeric): see `check`. [thread-safe]
GLIA_API Answer response(const Constants& constants, const Cell<double>& at_rest, double drive,
                         double seconds, double dt = 0.02);

}  // namespace glia::calcium
