// SPDX-License-Identifier: MIT
#pragma once

#include "compile/lattice.hpp"
#include "compile/network.hpp"
#include "core/registry.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace glia::compile {

/// What a compilation goes by besides its mode.
struct Wishes {
  std::uint64_t seed = 1;  ///< of placements and of random inputs
  bool place = true;       ///< whether sparse networks are placed where that saves rows
  std::int64_t rows = 0;   ///< so many are left of those that the mode takes; 0: all
};

/// Rows of cells for a network, and how they came about.
struct Drawn {
  Lattice lattice;
  /// The longest connection in places when the neurons were placed to keep it short; -1: they were
  /// not.
  std::int64_t reach = -1;
  /// What was tried to place a sparse network, for who reads the proof; empty if nothing.
  std::string placement{};
  std::int64_t pruned_from = 0;  ///< the rows that there were before some were taken; 0: none was
};

/// How a network becomes a matrix: one file each.
struct ModeEntry : Declared {
  static constexpr const char* kind = "compile mode";
  /// The identity sent through a linear stretch may miss a weight by so much, relative to the
  /// stretch's greatest; 0: it must not miss a bit.
  double tolerance = 0;
  bool prunes = false;  ///< whether it can leave fewer rows than it takes (Wishes::rows)
  /// Inputs stand at 0 .. in - 1, outputs in their order, next to one another and centred over the
  /// inputs; `pad` more cells stand to the right of the inputs, so that both centres agree.
  std::function<Drawn(const DenseNetwork&, std::int64_t pad, const Wishes&)> draw;
};

/// 1 if inputs and outputs are not both odd or both even in number: rows grow and shrink by two
/// cells, so the inputs then need a silent cell beside them.
inline std::int64_t padding(const DenseNetwork& network) {
  return (network.in() + network.out()) % 2;
}

/// first, first + 1, ...
std::vector<std::int64_t> places_from(std::int64_t first, std::int64_t count);

/// Places of the outputs: centred over `in + pad` cells at 0 .. in + pad - 1.
inline std::vector<std::int64_t> output_places(const DenseNetwork& network, std::int64_t pad) {
  return places_from((network.in() + pad - network.out()) / 2, network.out());
}

/// A sparse network with its neurons placed (see placement.hpp) so that every connection spans at
/// most `Drawn::reach` places; n + L (2 reach + 1) rows for L layers of n neurons.
Drawn draw_placed(const DenseNetwork& network, std::int64_t pad, const Wishes& wishes);

}  // namespace glia::compile

namespace glia {
template <>
Registry<compile::ModeEntry>& Registry<compile::ModeEntry>::all();
}  // namespace glia
