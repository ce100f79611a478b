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

/// Of one vector of samples: the largest cell, log sum exp(x - largest), and dx = scale * softmax.
template <class D>
HWY_INLINE void log_softmax_column(D d, std::int64_t cells, std::int64_t stride,
                                   const hn::TFromD<D>* x, hn::TFromD<D> scale, hn::TFromD<D>* dx,
                                   hn::TFromD<D>* top_out, hn::TFromD<D>* log_total) {
  using T = hn::TFromD<D>;
  auto top = hn::Load(d, x);
  for (std::int64_t c = 1; c < cells; ++c) top = hn::Max(top, hn::Load(d, x + c * stride));
  auto total = hn::Zero(d);
  for (std::int64_t c = 0; c < cells; ++c) {
    const auto e = exp_below_zero(d, hn::Sub(hn::Load(d, x + c * stride), top));
    total = hn::Add(total, e);
    if (dx) hn::Store(e, d, dx + c * stride);
  }
  hn::Store(top, d, top_out);
  // Highway's Log need not hand on a NaN; the sum with 0 * total does.
  hn::Store(hn::MulAdd(total, hn::Zero(d), hn::Log(d, total)), d, log_total);
  if (!dx) return;
  const auto factor = hn::Div(hn::Set(d, T(scale)), total);
  for (std::int64_t c = 0; c < cells; ++c) {
    hn::Store(hn::Mul(hn::Load(d, dx + c * stride), factor), d, dx + c * stride);
  }
}

template <class T>
double cross_entropy(std::int64_t cells, std::int64_t stride, std::int64_t samples, const T* x,
                     const std::int32_t* labels, T scale, T* dx, std::int32_t* best) {
  const hn::CappedTag<T, static_cast<std::size_t>(lanes<T>)> d;
  alignas(64) T top[tile_samples], log_total[tile_samples];
  for (std::int64_t b = 0; b < stride; b += static_cast<std::int64_t>(hn::Lanes(d))) {
    log_softmax_column(d, cells, stride, x + b, scale, dx ? dx + b : nullptr, top + b,
                       log_total + b);
  }
  double sum = 0;
  for (std::int64_t b = 0; b < samples; ++b) {
    const std::int64_t at = labels[b] * stride + b;
    sum += static_cast<double>(log_total[b] - (x[at] - top[b]));
    if (dx) dx[at] -= scale;
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
  return sum;
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
