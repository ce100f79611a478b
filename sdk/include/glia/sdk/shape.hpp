// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstdint>

namespace glia {

/// How the cells of a row lie: a chain of n, or a sheet of h x w cells, which is read row by row.
/// Whoever only speaks of width needs `cells()`.
struct Shape {
  std::int64_t height = 1;
  std::int64_t width = 0;

  static constexpr Shape chain(std::int64_t cells) { return {1, cells}; }
  constexpr std::int64_t cells() const { return height * width; }
  constexpr bool is_sheet() const { return height > 1; }
  bool operator==(const Shape&) const = default;
};

/// Who is near whom. On a sheet a cell has 4 neighbours (sides) or 8 (corners too); on a ring and
/// on a torus opposite ends meet.
enum class Topology { chain, ring, grid4, grid8, torus4, torus8 };

/// Whether opposite ends meet.
constexpr bool wraps(Topology topology) {
  return topology == Topology::ring || topology == Topology::torus4 || topology == Topology::torus8;
}

/// Steps from neighbour to neighbour between cells `a` and `b` of such a row.
GLIA_API std::int64_t distance(Topology topology, const Shape& shape, std::int64_t a,
                               std::int64_t b);

}  // namespace glia
