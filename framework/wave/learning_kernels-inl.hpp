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

template <class T>
void adam(std::int64_t n, const AdamRates& rates, const T* gradient, T* first, T* second,
          T* parameter) {
  constexpr double beta1 = AdamRates::beta1, beta2 = AdamRates::beta2;
  const hn::CappedTag<T, static_cast<std::size_t>(lanes<T>)> d;
  const auto b1 = hn::Set(d, T(beta1)), b2 = hn::Set(d, T(beta2));
  const auto keep1 = hn::Set(d, T(1 - beta1)), keep2 = hn::Set(d, T(1 - beta2));
  const auto rate = hn::Set(d, T(rates.rate)), inverse_root = hn::Set(d, T(1 / rates.root));
  const auto epsilon = hn::Set(d, T(rates.epsilon));
  const auto width = static_cast<std::int64_t>(hn::Lanes(d));
  std::int64_t i = 0;
  for (; i + width <= n; i += width) {
    const auto g = hn::LoadU(d, gradient + i);
    const auto m = hn::MulAdd(b1, hn::LoadU(d, first + i), hn::Mul(keep1, g));
    const auto v = hn::MulAdd(b2, hn::LoadU(d, second + i), hn::Mul(hn::Mul(keep2, g), g));
    hn::StoreU(m, d, first + i);
    hn::StoreU(v, d, second + i);
    const auto divisor = hn::MulAdd(hn::Sqrt(v), inverse_root, epsilon);
    hn::StoreU(hn::NegMulAdd(rate, hn::Div(m, divisor), hn::LoadU(d, parameter + i)), d,
               parameter + i);
  }
  for (; i < n; ++i) {
    const T g = gradient[i];
    first[i] = std::fma(T(beta1), first[i], T(1 - beta1) * g);
    second[i] = std::fma(T(beta2), second[i], T(1 - beta2) * g * g);
    const T divisor = std::fma(std::sqrt(second[i]), T(1 / rates.root), T(rates.epsilon));
    parameter[i] = std::fma(-T(rates.rate), first[i] / divisor, parameter[i]);
  }
}

}  // namespace
}  // namespace glia::wave::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
