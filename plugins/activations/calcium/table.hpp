// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace glia_calcium {

/// Which cell is measured, and how.
struct Measurement {
  bool frequency_modulated = false;
  double seconds = 5;
  double mean = 0.06;    ///< drive [uM/s] of an input of 0
  double spread = 0.03;  ///< drive [uM/s] that an input of 1 adds
  double dt = 0.02;      ///< [s]
  auto operator<=>(const Measurement&) const = default;
};

inline constexpr std::size_t pieces = 32;
inline constexpr std::size_t buckets = 2048;  ///< of equal width, so that a piece is found at once

/// A response as cubics side by side: with t = x - from[k] in piece k it is
/// a[k] + t (b[k] + t (c[k] + t d[k])). Neighbours share number and slope where they meet.
template <class T>
struct Cubics {
  std::array<T, pieces> from{}, a{}, b{}, c{}, d{};
};

/// The standardised response: mean 0 and variance 1 over inputs of mean 0 and variance 1. Below
/// `from[0]`, where nothing drives the cell, and above `to` it stays as it is there.
struct Table {
  Cubics<double> cubics;
  double to = 0;
  std::array<std::int32_t, buckets + 1> piece{};   ///< that bucket k of [from[0], to] lies in
  double release_mean = 0, release_deviation = 1;  ///< what was taken away and divided by
};

/// Measured once for equal measurements in a process. Error (numeric) if dt is too long, or if the
/// cell answers nothing. [thread-safe]
std::shared_ptr<const Table> table_of(const Measurement& measurement);

}  // namespace glia_calcium
