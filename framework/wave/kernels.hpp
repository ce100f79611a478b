// SPDX-License-Identifier: MIT
// The arithmetic of one op over a tile: a row is [cells][stride] numbers, one sample per column,
// `stride` a multiple of `lanes<T>`, so that every loop runs over whole vectors. The best
// instruction set of the machine is chosen at run time. Sums over samples run in lanes<T> lanes
// that are added in a fixed order: the same bits on every run.
#pragma once

#include <glia/sdk/activation.hpp>

#include <cstddef>
#include <cstdint>

namespace glia::wave {

/// Samples that sums over a tile keep apart: the numbers in 64 bytes.
template <class T>
inline constexpr std::int64_t lanes = 64 / sizeof(T);

/// Most samples in a tile: the usual batch, so that a weight is fetched once for all of it. Twice
/// as fast per sample as 16, and a tile of a small network still fits the second cache.
inline constexpr std::int64_t tile_samples = 128;

/// Who hears whom, by output cell: taps[first[j]] .. taps[first[j + 1] - 1].
struct Taps {
  std::int64_t cells = 0;  ///< that listen
  const std::int32_t* first = nullptr;
  const std::int32_t* taps = nullptr;
};

/// What goes back through a stencil and the activation before it. `taps` and what is by tap run here
/// from the cells that are heard to those that hear them.
template <class T>
struct BackPass {
  Taps taps;
  std::int64_t stride = 0;
  const T* x = nullptr;  ///< the row that was heard, which `phi` left
  const T* dy = nullptr;
  const T* weight = nullptr;
  FusedActivation phi = FusedActivation::identity;
  T* gradient = nullptr;  ///< gradient[t] += <dy_j(t), x_k>; or null
  T* dx = nullptr;        ///< dx_k = phi'_k times the sum of w_t dy_j(t); or null
  T* sums = nullptr;      ///< sums[k] += the sum of dx_k; or null
};

template <class T>
struct Kernels {
  /// y_j = phi(bias_j + sum_t w_t x_k(t)); bias may be null. phi works number by number: not
  /// softmax.
  void (*weigh)(const Taps&, std::int64_t stride, const T* x, const T* weight, const T* bias,
                FusedActivation phi, T* y);
  void (*weigh_back)(const BackPass<T>&);
  /// y = a + b, a multiple of lanes<T> numbers, aligned or not; b null: zeros. y may be a or b.
  void (*add)(std::int64_t count, const T* a, const T* b, T* y);
  /// total[j] += the sum of row j.
  void (*sum_rows)(std::int64_t cells, std::int64_t stride, const T* rows, T* total);

  /// y = phi(x); y may be x.
  void (*activate)(FusedActivation, std::int64_t cells, std::int64_t stride, const T* x, T* y);
  /// dx from dy and the activation's own output y; dx may be dy.
  void (*activate_backward)(FusedActivation, std::int64_t cells, std::int64_t stride, const T* y,
                            const T* dy, T* dx);

  /// y[i] = x[from[i]].
  void (*reorder)(std::int64_t count, const std::int32_t* from, const T* x, T* y);
  /// A compounding bias of cells that hear three each: the last tap's weight counts (1 + b) times, each
  /// earlier one once more.
  void (*compound_threes)(std::int64_t cells, const T* weight, const T* bias, T* effective);
  /// The same way back, from d/d effective, which `gradient` holds, to d/d weight and d/d bias.
  void (*unfold_threes)(std::int64_t cells, const T* weight, const T* bias, T* gradient,
                        T* by_bias);

  /// dx = scale * d/dx of the summed negative log-likelihood of `labels` under a softmax over the
  /// cells, zero beyond `samples`; null: not wanted. Returns the sum over the samples. `best`, if
  /// not null, gets the most likely class of each sample (the first of equals).
  double (*cross_entropy)(std::int64_t cells, std::int64_t stride, std::int64_t samples, const T* x,
                          const std::int32_t* labels, T scale, T* dx, std::int32_t* best);

  /// dx = 2 scale (x - target), zero beyond `samples`; null: not wanted. Returns sum (x -
  /// target)^2.
  double (*squared_error)(std::int64_t cells, std::int64_t stride, std::int64_t samples, const T* x,
                          const T* target, T scale, T* dx);
};

/// The rows of a table [n, width], `stride` apart, at `index`, as the columns of a tile
/// [width][tile_samples] with zeros beyond `samples` up to whole vectors (lanes<float>): mean +
/// deviation * noise, noise [samples, width]; or the mean alone where deviation is null.
void gather_rows(std::int64_t samples, std::int64_t width, std::int64_t stride,
                 const std::uint32_t* index, const float* mean, const float* deviation,
                 const float* noise, float* tile);

/// For float and double.
template <class T>
const Kernels<T>& kernels();

}  // namespace glia::wave
