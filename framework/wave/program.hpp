// SPDX-License-Identifier: MIT
#pragma once

#include "core/activation.hpp"

#include <glia/sdk/export.hpp>
#include <glia/sdk/stencil.hpp>
#include <glia/sdk/wave_layer.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

namespace glia::wave {

/// One weighted step from row to row.
struct StencilOp {
  Stencil stencil;
  Bias bias = Bias::additive;
};

using Op = std::variant<StencilOp, Activation>;

/// Parameters of one StencilOp: `weight[tap_count]`, and `bias[out]` unless the bias is `none`.
template <class T>
struct OpParameters {
  const T* weight = nullptr;
  const T* bias = nullptr;
};

template <class T>
struct OpGradients {
  T* weight = nullptr;
  T* bias = nullptr;
};

/// A chain of stencils and activations, compiled for one width of row: forward and backward passes
/// without allocation, over memory in which the batch is contiguous (cell c of sample b at [c * B +
/// b]).
///
/// A compounding bias only scales a cell's weights, w'_t = w_t (1+b)^e_t with e = T..1 over its T
/// taps, so every stencil runs as one banded matrix of *effective* weights (docs/science.md,
/// "Bias").
///
/// [immutable after construction, thread-safe; the caller owns all memory]
class GLIA_API Program {
 public:
  Program(std::int64_t in, std::vector<Op> ops);

  std::int64_t in() const { return widths_.front(); }
  std::int64_t out() const { return widths_.back(); }
  const std::vector<Op>& ops() const { return ops_; }

  /// Cells of all rows after the input, one row per op: the workspace holds cells() * B numbers.
  std::int64_t cells() const { return offsets_.back(); }
  /// Cell offset of the last row in the workspace.
  std::int64_t last_row() const { return offsets_[ops_.size() - 1]; }

  /// x[in, B] -> all rows in `workspace`. `parameters`: one entry per op (empty for activations).
  template <class T>
  void forward(std::int64_t batch, const T* x, std::span<const OpParameters<T>> parameters,
               T* workspace) const;

  /// Overwrites dx[in, B] (unless null) and the parameters' gradients, given dy[out, B] and the
  /// workspace of the forward pass. `scratch` holds 2 * widest row * B numbers.
  template <class T>
  void backward(std::int64_t batch, const T* x, std::span<const OpParameters<T>> parameters,
                const T* workspace, const T* dy, T* dx, std::span<const OpGradients<T>> gradients,
                T* scratch) const;

  std::int64_t widest() const;

 private:
  std::vector<Op> ops_;
  std::vector<std::int64_t> widths_;  // of the input, then of each op's output
  std::vector<std::int64_t>
      offsets_;  // of each op's output in the workspace, in cells; then the total
};

}  // namespace glia::wave
