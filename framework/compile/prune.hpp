// SPDX-License-Identifier: MIT
#pragma once

#include "compile/bands.hpp"

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace glia::compile {

/// The rows of a layer, from which one after the other can be taken. Of two neighbours one row is
/// left, the two and the row so chosen that the layer's weights suffer least, and all rows are then
/// fitted to the weights in turn: each is a linear least-squares problem while the others stay
/// (alternating least squares). Costs on the order of rows x cells^3 for each row that is taken.
class Pruning {
 public:
  /// `rows` of the block, none of which drifts.
  Pruning(const DenseLayer& layer, const BlockPlace& place, const std::vector<BandRow>& rows);

  std::int64_t size() const { return static_cast<std::int64_t>(rows_.size()); }
  /// The fewest rows in which inputs and neurons can be as many as they are: widths change by two
  /// cells a row.
  std::int64_t least() const { return least_; }
  /// The squared distance to the layer's weights, of all of their squares, with one row fewer and
  /// nothing fitted.
  double next_loss() const { return next_.loss; }
  /// Takes a row. There must be more than least().
  void take();

  std::vector<BandRow> rows() const;

 private:
  struct Merged {  ///< rows `first` and `first` + 1 as one
    std::size_t first = 0;
    double loss = 0;
    at::Tensor row{};
  };

  /// What the rows after each make of a block, [neurons, cells]; the last one's is no row's.
  std::vector<at::Tensor> after() const;
  /// The row [cells, cells] that makes the least of |after row before - weights|^2, not far from
  /// `start` where that leaves a choice.
  at::Tensor fitted(const at::Tensor& after, const at::Tensor& before,
                    const at::Tensor& start) const;
  double loss(const at::Tensor& product) const;
  Merged best_merged() const;
  void fit_all();

  std::int64_t cells_, least_;
  at::Tensor weights_;       ///< [neurons, inputs]
  at::Tensor first_, last_;  ///< inputs into the block [cells, inputs], neurons out of it
  at::Tensor to_, from_;     ///< taps of a row: who hears whom
  std::vector<at::Tensor> rows_;
  Merged next_{};
};

}  // namespace glia::compile
