// SPDX-License-Identifier: MIT
// Included once per instruction set by kernels.cpp (Highway's scheme, hence no #pragma once).
#include "wave/activation_kernels-inl.hpp"
#include "wave/kernels.hpp"

#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cmath>

#if defined(GLIA_WAVE_LEARNING_KERNELS) == defined(HWY_TARGET_TOGGLE)
#ifdef GLIA_WAVE_LEARNING_KERNELS
#undef GLIA_WAVE_LEARNING_KERNELS
#else
#define GLIA_WAVE_LEARNING_KERNELS
#endif

HWY_BEFORE_NAMESPACE();
namespace glia::wave::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Of U vectors of samples: the largest cell, log sum exp(x - top) - (x_label - top), and dx = scale
/// * (softmax - 1 at the label). `label` holds numbers of cells.
template <int U, class D>
HWY_INLINE void cross_entropy_columns(D d, std::int64_t cells, std::int64_t stride,
                                      const hn::TFromD<D>* x, const hn::TFromD<D>* label,
                                      hn::TFromD<D> scale, hn::TFromD<D>* dx,
                                      hn::TFromD<D>* top_out, hn::TFromD<D>* loss) {
  using T = hn::TFromD<D>;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  hn::Vec<D> top[U], total[U], wanted[U], right[U];
  for (int u = 0; u < U; ++u) top[u] = hn::Load(d, x + u * n);
  for (std::int64_t c = 1; c < cells; ++c) {
    for (int u = 0; u < U; ++u) top[u] = hn::Max(top[u], hn::Load(d, x + c * stride + u * n));
  }
  for (int u = 0; u < U; ++u) {
    total[u] = right[u] = hn::Zero(d);
    wanted[u] = hn::Load(d, label + u * n);
    hn::Store(top[u], d, top_out + u * n);
  }
  for (std::int64_t c = 0; c < cells; ++c) {
    const auto number = hn::Set(d, static_cast<T>(c));
    for (int u = 0; u < U; ++u) {
      const auto above = hn::Sub(hn::Load(d, x + c * stride + u * n), top[u]);
      right[u] = hn::IfThenElse(hn::Eq(wanted[u], number), above, right[u]);
      const auto e = exp_below_zero(d, above);
      total[u] = hn::Add(total[u], e);
      if (dx) hn::Store(e, d, dx + c * stride + u * n);
    }
  }
  for (int u = 0; u < U; ++u) {
    // Highway's Log need not hand on a NaN; the sum with 0 * total does.
    const auto log_total = hn::MulAdd(total[u], hn::Zero(d), hn::Log(d, total[u]));
    hn::Store(hn::Sub(log_total, right[u]), d, loss + u * n);
    total[u] = hn::Div(hn::Set(d, scale), total[u]);
  }
  const auto one = hn::Set(d, scale);
  for (std::int64_t c = 0; dx && c < cells; ++c) {
    const auto number = hn::Set(d, static_cast<T>(c));
    for (int u = 0; u < U; ++u) {
      T* at = dx + c * stride + u * n;
      const auto share = hn::Mul(hn::Load(d, at), total[u]);
      hn::Store(hn::Sub(share, hn::IfThenElseZero(hn::Eq(wanted[u], number), one)), d, at);
    }
  }
}

template <class T>
double cross_entropy(std::int64_t cells, std::int64_t stride, std::int64_t samples, const T* x,
                     const std::int32_t* labels, T scale, T* dx, std::int32_t* best) {
  const hn::CappedTag<T, static_cast<std::size_t>(lanes<T>)> d;
  alignas(64) T top[tile_samples], loss[tile_samples], wanted[tile_samples];
  for (std::int64_t b = 0; b < samples; ++b) wanted[b] = static_cast<T>(labels[b]);
  std::fill(wanted + samples, wanted + stride, T(-1));
  each_column(d, stride, [&](std::int64_t b, auto u) {
    cross_entropy_columns<decltype(u)::value>(d, cells, stride, x + b, wanted + b, scale,
                                              dx ? dx + b : nullptr, top + b, loss + b);
  });
  double sums[4] = {};  // one would wait for itself
  std::fill(loss + samples, loss + stride, T(0));
  for (std::int64_t b = 0; b < stride; b += 4) {
    for (std::int64_t k = 0; k < 4; ++k) sums[k] += static_cast<double>(loss[b + k]);
  }
  if (dx && samples < stride) {
    for (std::int64_t c = 0; c < cells; ++c) {
      std::fill(dx + c * stride + samples, dx + (c + 1) * stride, T(0));
    }
  }
  if (best) {
    for (std::int64_t b = 0; b < samples; ++b) {
      std::int32_t c = 0;
      while (c + 1 < cells && !(x[c * stride + b] >= top[b])) ++c;
      best[b] = c;
    }
  }
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

template <class T>
double squared_error(std::int64_t cells, std::int64_t stride, std::int64_t samples, const T* x,
                     const T* target, T scale, T* dx) {
  double sum = 0;
  for (std::int64_t c = 0; c < cells; ++c) {
    for (std::int64_t b = 0; b < stride; ++b) {
      const std::int64_t at = c * stride + b;
      const T difference = b < samples ? x[at] - target[at] : T(0);
      sum += static_cast<double>(difference) * static_cast<double>(difference);
      if (dx) dx[at] = 2 * scale * difference;
    }
  }
  return sum;
}

}  // namespace
}  // namespace glia::wave::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
