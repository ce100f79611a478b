// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstdint>
#include <vector>

namespace glia {

/// What lies beyond the last cell of a row.
enum class Boundary { open, ring };

/// Who hears whom between two rows: for each output cell, the input cells that it hears.
///
/// Taps of cell j are `taps[first[j]] .. taps[first[j+1] - 1]`, ascending and distinct. This is all
/// the physics of a stencil layer: one weight per tap, nothing else connects the rows.
struct GLIA_API Stencil {
  std::int64_t in = 0;   ///< cells of the row that is heard
  std::int64_t out = 0;  ///< cells of the row that listens
  std::vector<std::int32_t> first;
  std::vector<std::int32_t> taps;
  bool may_hear_nobody = false;  ///< whether a cell without taps is meant; its sum is its bias

  /// Cell j hears j + o for each offset o. Open: cells that do not exist are left out. Ring:
  /// indices wrap around the first `circumference` inputs (0 = all of them); a cell reached twice
  /// counts once. Throws Error (shape) when a cell would hear nobody.
  static Stencil band(std::int64_t in, std::int64_t out, const std::vector<int>& offsets,
                      Boundary boundary = Boundary::open, std::int64_t circumference = 0);

  /// Any stencil: `heard[j]` lists the cells that cell j hears, in any order; one named twice
  /// counts once. Throws Error (shape) for a cell that does not exist, and when one would hear
  /// nobody.
  static Stencil of(std::int64_t in, const std::vector<std::vector<std::int64_t>>& heard);

  /// Error (internal) that names cell and tap if this is no stencil for a row of `row` cells. The
  /// host checks every stencil of a plugin so before the engine runs over it.
  void check(std::int64_t row) const;
  /// The same for weights of the taps: one finite number for each.
  void check_weights(const std::vector<double>& weights) const;

  std::int64_t tap_count() const { return static_cast<std::int64_t>(taps.size()); }
};

}  // namespace glia
