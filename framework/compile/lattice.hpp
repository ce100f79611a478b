// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace glia::compile {

/// What a cell hears from one cell of the row before.
struct LatticeTap {
  std::int64_t from = 0;  ///< its place
  double weight = 0;
  bool crossing = false;  ///< carries a weight of the network; else it copies
};

struct LatticeCell {
  std::vector<LatticeTap> taps{};  ///< at most three, places of the neighbours
  double bias = 0;
  bool birth = false;  ///< its bias is one of the network
};

/// The cells of one row by their places on a line; spread, slide and gather differ only in how many
/// there are, since in places a cell always hears those at p - 1, p and p + 1.
using LatticeRow = std::map<std::int64_t, LatticeCell>;

/// Where a layer of neurons ends: in which row, and at which places its neurons stand.
struct LayerEnd {
  std::size_t row = 0;
  std::vector<std::int64_t> places;  ///< by neuron
};

/// Rows of cells under construction. Row 0 are the inputs.
class Lattice {
 public:
  /// Inputs at the given places, by input.
  explicit Lattice(const std::vector<std::int64_t>& inputs);

  /// Appends a row. Error (internal) if a cell hears one that does not exist or is out of reach.
  void add(LatticeRow row);
  /// The row added last ends the layer under way.
  void end_layer(std::vector<std::int64_t> places);
  /// Moves neurons, one place a row, until they stand at `goal`.
  std::vector<std::int64_t> walk(std::vector<std::int64_t> places,
                                 const std::vector<std::int64_t>& goal);

  /// The last layer ends a row later, its neurons staying where they are.
  void wait();

  const std::vector<LatticeRow>& rows() const { return rows_; }
  const std::vector<LayerEnd>& ends() const { return ends_; }

  /// Removes every cell that no path of weights leads from to a neuron at the end of its layer.
  void remove_dead_cells();

 private:
  std::vector<LatticeRow> rows_;
  std::vector<LayerEnd> ends_;
};

}  // namespace glia::compile
