// SPDX-License-Identifier: MIT
#pragma once

#include "wave/op.hpp"
#include "wave/wiring.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace glia::wave {

/// The weights that one StencilOp, or several that share them, run on.
struct ParameterBlock {
  std::size_t op = 0;       ///< the first op that uses it
  std::int64_t weight = 0;  ///< place of its weights in the flat parameters, or of nothing (fixed)
  std::int64_t bias = 0;    ///< place of its biases in the flat parameters, if it has any
  std::int64_t taps = 0;    ///< place of its taps among the taps of all blocks
  bool trained = true;
  std::shared_ptr<const Wiring> wiring{};  ///< who hears whom
};

/// A chain of stencils, activations, disturbances, skips and steps in time, checked and laid out.
///
/// Parameters are one flat array, op by op: of a stencil that is trained and shares nothing its
/// weights [taps], then its biases [out] unless the bias is `none`; of an activation those of its
/// parameters that are trained, one number each or one for every cell. A compounding bias only
/// scales a cell's weights, w'_t = w_t (1+b)^e_t with e = T..1 over its T taps, so every stencil
/// runs as one banded matrix of *effective* weights (docs/science.md, "Bias").
///
/// [immutable after construction, thread-safe]
class Program {
 public:
  Program(std::int64_t in, std::vector<Op> ops);

  std::int64_t in() const { return widths_.front(); }
  std::int64_t out() const { return widths_.back(); }
  const std::vector<Op>& ops() const { return ops_; }
  /// Cells of row `row`: 0 is the input, i + 1 what op i makes.
  std::int64_t width(std::size_t row) const { return widths_[row]; }
  std::int64_t widest() const;

  const std::vector<ParameterBlock>& blocks() const { return blocks_; }
  /// The block of op `op`, which must be a StencilOp.
  std::size_t block_of(std::size_t op) const { return block_of_[op]; }
  /// Of op `op`, an ActivationOp: the place of each parameter in the flat parameters, or -1 where
  /// it is fixed.
  const std::vector<std::int64_t>& places_of(std::size_t op) const { return places_[op]; }
  /// The sizes of the tensors that op `op` brings to the flat parameters, in order.
  std::vector<std::int64_t> own_parameters(std::size_t op) const;
  std::int64_t parameter_count() const { return parameters_; }
  std::int64_t tap_count() const { return taps_; }

  /// Whether op `op` writes over the row that it reads: nobody needs that row any more.
  bool in_place(std::size_t op) const { return in_place_[op]; }
  /// The activation that op `op`, a StencilOp, applies to its sums at once: that of the next op,
  /// which then has nothing left to do. Identity: none.
  FusedActivation fused_activation(std::size_t op) const { return fused_[op]; }
  /// Whether op `op` is such a next op.
  bool is_fused(std::size_t op) const {
    return op > 0 && fused_[op - 1] != FusedActivation::identity;
  }
  /// Whether the backward pass of op `op`, a StencilOp, goes through the fused activation before it
  /// as well: nobody else reads the row between them.
  bool is_fused_back(std::size_t op) const {
    return op > 1 && is_fused(op - 1) && !read_later_[op];
  }
  /// What that activation is; identity: there is none.
  FusedActivation activation_behind(std::size_t op) const {
    return is_fused_back(op) ? fused_[op - 2] : FusedActivation::identity;
  }
  /// The stencil whose sums have the gradient that leaves op `op`, a StencilOp, on the way back: nothing is
  /// between them but a fused activation.
  std::optional<std::size_t> stencil_behind(std::size_t op) const;
  /// Whether op `op` is such a stencil of another op.
  bool has_stencil_ahead(std::size_t op) const;
  /// Whether an op reads row `row` that does not come right after it: a skip, or a step in time.
  bool read_later(std::size_t row) const { return read_later_[row]; }
  /// The last op that reads row `row` out of turn if that is a skip, else 0, which no such op is: on the way
  /// back it is the first to write the row's gradient.
  std::size_t last_skip(std::size_t row) const { return last_skip_[row]; }
  /// Whether any op draws random numbers.
  bool random() const;

 private:
  void add_block(std::size_t op, Wirings& wirings);
  void add_places(std::size_t op);
  void check(std::size_t op);
  void check(std::size_t op, const StencilOp& step) const;
  void check(std::size_t op, const ActivationOp& activation) const;
  void check(std::size_t op, const InjectOp& inject) const;
  void check(const CollectOp& collect) const;
  std::int64_t width_after(std::size_t op) const;
  bool needs_own_output(std::size_t op) const;

  std::vector<Op> ops_;
  std::vector<std::int64_t> widths_;
  std::vector<ParameterBlock> blocks_;
  std::vector<std::size_t> block_of_;
  std::vector<std::vector<std::int64_t>> places_;
  std::vector<bool> in_place_, read_later_;
  std::vector<std::size_t> last_skip_;
  std::vector<FusedActivation> fused_;
  std::int64_t parameters_ = 0, taps_ = 0;
};

}  // namespace glia::wave
