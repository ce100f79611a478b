// SPDX-License-Identifier: MIT
#pragma once

#include "wave/disturb.hpp"
#include "wave/kernels.hpp"
#include "wave/program.hpp"
#include "wave/schedule.hpp"
#include "wave/strip_pass.hpp"
#include "wave/weights.hpp"

#include <cstdint>

namespace glia::wave {

/// Columns for `samples` samples: whole vectors, at most tile_samples.
template <class T>
std::int64_t stride_for(std::int64_t samples) {
  const std::int64_t rounded = (samples + lanes<T> - 1) / lanes<T> * lanes<T>;
  return rounded > tile_samples ? tile_samples : rounded;
}

/// Runs a program over up to tile_samples samples at a time, in memory that the caller gives. Rows
/// are [cells][stride], one sample per column; columns beyond the samples hold finite numbers that
/// nobody reads. Nothing is allocated. [one pass at a time]
template <class T>
class Tile {
 public:
  /// `rows`: schedule.cells * stride numbers; `scratch`: schedule.scratch * stride, needed by
  /// backward only.
  Tile(const Program& program, const Schedule& schedule, std::int64_t stride, T* rows, T* scratch);

  /// x [in][stride] -> the last row, which stays valid until the next pass.
  const T* forward(const Weights<T>& weights, const T* x, const Draws& draws);

  /// Adds the parameters' gradients, given dy [out][stride] (overwritten) and the forward pass
  /// before it; dx [in][stride] is overwritten unless null.
  void backward(const Weights<T>& weights, const T* x, const Draws& draws, T* dy,
                const Gradients<T>& gradients, T* dx);

 private:
  void run(const Schedule::Segment& segment, const Weights<T>& weights, const T* x,
           const Draws& draws);
  void run(std::size_t op, const Weights<T>& weights, const T* x, const Draws& draws);
  /// From the gradient dy of the row that op `op` made to that of the row that it reads: in place,
  /// or in `other`. Returns where it is; null: not wanted (`other` was null).
  T* back(std::size_t op, const Weights<T>& weights, const T* x, T* dy,
          const Gradients<T>& gradients, T* other);
  /// The same for op `op`, a stencil that heard x. The sums over the samples of dx, which are the
  /// gradient of the biases of a stencil right before it, are added at once.
  void back_stencil(std::size_t op, const StencilOp& step, const T* x, const Weights<T>& weights,
                    const T* dy, const Gradients<T>& gradients, T* dx);
  /// A pass through a segment that is gone through in strips.
  StripPass<T> strips(const Schedule::Segment& segment, const T* x) const;
  /// From the gradient of the last row of such a segment to that of the row that it hears, in `other`.
  T* back_strips(const Schedule::Segment& segment, const Weights<T>& weights, const T* x, T* dy,
                 const Gradients<T>& gradients, T* other);
  void respond(std::size_t op, const ActivationOp& activation, const Weights<T>& weights,
               const T* x, T* y);
  void respond_back(std::size_t op, const ActivationOp& activation, const Weights<T>& weights,
                    const T* x, T* dy, const Gradients<T>& gradients);
  void skip(const SkipOp& skip, std::int64_t width, const T* in, const T* x, T* out) const;
  void skip_back(std::size_t op, const SkipOp& skip, const T* dy) const;
  void inject(const InjectOp& inject, const T* x, T* y) const;
  void collect(const CollectOp& collect, const T* x, T* y) const;
  void collect_back(const CollectOp& collect, const T* dy) const;
  void disturb(std::size_t op, const DisturbOp& disturb, const T* x, T* y, const Draws& draws);

  const T* row(std::size_t number, const T* x) const {
    return number == 0 ? x : rows_ + schedule_.row[number] * stride_;
  }

  /// Where the gradient of row `number` is gathered; null: it is not read later, or is the input's
  /// and nobody wants it.
  T* gradient_of(std::size_t number) const {
    if (schedule_.gradient[number] < 0 || (number == 0 && !wants_input_)) return nullptr;
    return scratch_ + schedule_.gradient[number] * stride_;
  }

  const Program& program_;
  const Schedule& schedule_;
  const Kernels<T>& kernels_;
  std::int64_t stride_;
  T* rows_;
  T* scratch_;
  bool wants_input_ = true;  // whether the backward pass is asked for the input's gradient
};

}  // namespace glia::wave
