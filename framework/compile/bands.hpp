// SPDX-License-Identifier: MIT
#pragma once

#include "compile/lattice.hpp"
#include "compile/network.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace glia::compile {

/// A small square matrix.
class Square {
 public:
  explicit Square(std::int64_t n) : n_(n), numbers_(static_cast<std::size_t>(n * n)) {}
  static Square identity(std::int64_t n);

  std::int64_t size() const { return n_; }
  double& operator()(std::int64_t i, std::int64_t j) {
    return numbers_[static_cast<std::size_t>(i * n_ + j)];
  }
  double operator()(std::int64_t i, std::int64_t j) const {
    return numbers_[static_cast<std::size_t>(i * n_ + j)];
  }
  double* data() { return numbers_.data(); }
  const double* data() const { return numbers_.data(); }

  Square transposed() const;
  /// Both orders turned round.
  Square mirrored() const;

 private:
  std::int64_t n_;
  std::vector<double> numbers_;
};

/// A row of a block of cells: cell p hears cells p + drift - 1, p + drift and p + drift + 1 of the
/// block before and stands `drift` places further to the right.
struct BandRow {
  std::int64_t drift = 0;
  std::vector<std::array<double, 3>> taps;

  /// A row without drift that copies.
  static BandRow copy(std::int64_t cells);
  /// What it makes of a block.
  std::vector<double> of(const std::vector<double>& block) const;
  BandRow mirrored() const;
};

/// Where a layer's inputs and neurons stand: both are centred over the network's inputs, so the
/// shorter ones stand within the longer ones, the block.
struct BlockPlace {
  std::int64_t first, cells;  ///< of the block
  std::int64_t x, y;          ///< the first input's and the first neuron's cell in it

  /// `row`: cells of row 0, the silent ones included.
  BlockPlace(const DenseLayer& layer, std::int64_t row);
};

/// Appends the rows of a layer; the last one adds the biases and ends the layer.
void add_block(Lattice& lattice, const DenseLayer& layer, const BlockPlace& place,
               const std::vector<BandRow>& rows);

/// U, the singular values and V^T of A = U S V^T, all square.
struct Singular {
  Square u;
  std::vector<double> s;
  Square vt;
};
Singular singular_values(const Square& a);

/// The weights of a layer in the square of its block; zero where there are none.
Square in_block(const DenseLayer& layer, const BlockPlace& place);

}  // namespace glia::compile
