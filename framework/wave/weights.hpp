// SPDX-License-Identifier: MIT
#pragma once

#include "wave/memory.hpp"
#include "wave/program.hpp"

#include <glia/sdk/activation.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace glia::wave {

/// A program's parameters, made ready for passes: effective weights, forward and by the cells that
/// are heard. One per training step, shared by all tiles. [const members are thread-safe]
template <class T>
class Weights {
 public:
  explicit Weights(const Program& program);

  /// Reads the flat parameters (see Program), which must stay where they are during passes.
  void prepare(const T* parameters);

  /// Of block `block`, by tap.
  const T* weight(std::size_t block) const { return weight_[block]; }
  /// The same, in the order of Wiring::back_cells.
  const T* back_weight(std::size_t block) const {
    return back_.data() + program_.blocks()[block].taps;
  }
  /// Added to the sums; null unless the bias is additive.
  const T* bias(std::size_t block) const { return bias_[block]; }
  /// Of op `op`, an ActivationOp.
  const std::vector<CellParameter<T>>& of_cells(std::size_t op) const { return of_cells_[op]; }

 private:
  const Program& program_;
  Memory<T> effective_, back_;
  std::vector<const T*> weight_, bias_;
  std::vector<std::vector<T>> constants_;  // by op
  std::vector<std::vector<CellParameter<T>>> of_cells_;
};

/// The gradient of a loss with respect to a program's parameters, gathered tile by tile.
template <class T>
class Gradients {
 public:
  /// In memory of its own, or at `where`: parameter_count() numbers that outlive the object.
  explicit Gradients(const Program& program, T* where = nullptr);

  /// Before the first tile.
  void clear();
  /// Where tiles add up: by effective weight in the order of Wiring::back_cells, and by bias
  /// if it is additive; null if not trained.
  T* back_weight(std::size_t block) const;
  T* bias(std::size_t block) const;
  /// Where the gradient of the flat parameter at `place` is added up; null for place -1.
  T* at(std::int64_t place) const { return place < 0 ? nullptr : all_ + place; }
  /// Turns gradients of effective weights into gradients of the parameters, each in its place; once,
  /// after all tiles.
  void unfold(const T* parameters);
  /// In the order of the flat parameters.
  const T* data() const { return all_; }

 private:
  const Program& program_;
  Memory<T> back_;        // by effective weight; zero but between clear and unfold
  bool gathered_ = true;  // whether it may be otherwise
  Memory<T> own_;
  T* all_;
  std::vector<std::pair<std::int64_t, std::int64_t>>
      added_;  // where tiles add to all_, and how many
};

}  // namespace glia::wave
