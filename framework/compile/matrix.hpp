// SPDX-License-Identifier: MIT
#pragma once

#include "compile/modes.hpp"
#include "compile/network.hpp"

#include <glia/sdk/stencil.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace glia::compile {

/// A row of an astrocyte matrix. Its wave follows from the widths: spread adds two cells, slide
/// none, gather takes two away.
struct MatrixRow {
  std::int64_t in = 0, out = 0;               ///< cells of the row before and of this one
  std::vector<std::array<double, 3>> weight;  ///< by cell: of the left, middle and right one heard
  std::vector<std::array<bool, 3>> crossing;  ///< which of them carry weights of the network
  std::vector<double> bias;                   ///< by cell
  std::vector<bool> birth;                    ///< which biases are ones of the network

  const char* wave() const { return out > in ? "spread" : out < in ? "gather" : "slide"; }
  bool has_bias() const;
  /// Cell j's neighbours by number: j + offset(), and the two to its right.
  std::int64_t offset() const { return (in - out) / 2 - 1; }
};

/// Where a layer of neurons ends in a matrix: after how many rows, and which cell each neuron is.
struct MatrixEnd {
  std::int64_t row = 0;
  std::vector<std::int64_t> cells;
};

/// The bias that silences a cell without neurons before an activation of whole rows: its share of
/// a softmax is then exactly 0.
inline constexpr double silence = -1e30;

/// A compiled network: rows of spread, slide and gather with their weights.
struct Matrix {
  std::int64_t inputs = 0, pad = 0;
  std::vector<MatrixRow> rows;
  std::vector<MatrixEnd> ends;      ///< by layer
  std::vector<Response> responses;  ///< by layer
  bool strict = false;              ///< a ReLU after every row but a last one that is linear
  double box = 0;                   ///< strict: inputs lie within -box .. box

  std::int64_t cells() const;
  std::int64_t widest() const;
  /// The layer that ends with row `row` (from 0), or -1.
  std::int64_t layer_after(std::size_t row) const;
};

/// The smallest rows that hold what was drawn, all centred.
Matrix make_matrix(const DenseNetwork& network, Drawn& drawn, std::int64_t pad);

/// Puts a ReLU into every row without changing what the rows carry: each cell rests at a level so
/// high that it is never cut, found from interval bounds for inputs within -box .. box, and the
/// biases take the levels away again. Error (configuration) for activations other than relu and
/// identity.
void make_strict(Matrix& matrix, double box);

}  // namespace glia::compile
