// SPDX-License-Identifier: MIT
#pragma once

#include "compile/matrix.hpp"
#include "core/catalog.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace glia::compile {

/// A cell: number of the row (0: the inputs, with those that are padded) and of the cell in it.
struct Spot {
  std::size_t row;
  std::int64_t cell;
};

/// A connection of the network on its way through the matrix: from an input of its layer, cell by
/// cell, to the neuron.
struct Way {
  std::vector<Spot> spots;
  Spot crossing{};  ///< where it takes up its weight
  double weight = 0;
};

/// The ways of all connections through a matrix whose cells copy, or take up one connection. Empty
/// if a row mixes what it carries, so that there are no ways.
std::vector<Way> ways_of(const Matrix& matrix);

/// The ways that a folder of `glia compile` has planned.
struct PlannedWays {
  std::string node;                  ///< the network of its pipeline file
  std::vector<std::size_t> steps{};  ///< by row of the matrix, what the run calls it: 0 is the row
                                     ///< that the network hears, i + 1 what its step i leaves
  std::vector<std::int64_t> widths{};  ///< by row, in cells
  std::vector<Way> ways{};
};

/// Read from network.safetensors and weights.safetensors. Error (data) says what is missing or
/// damaged.
PlannedWays ways_in(const std::filesystem::path& folder, const Catalog& catalog);

}  // namespace glia::compile
