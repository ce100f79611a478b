// SPDX-License-Identifier: MIT
// Included once per instruction set by kernels.cpp (Highway's scheme, hence no #pragma once).
#include "wave/kernels.hpp"
#include "wave/totals_kernels-inl.hpp"

#include <hwy/highway.h>

#include <cstdint>

#if defined(GLIA_WAVE_PARAMETER_KERNELS) == defined(HWY_TARGET_TOGGLE)
#ifdef GLIA_WAVE_PARAMETER_KERNELS
#undef GLIA_WAVE_PARAMETER_KERNELS
#else
#define GLIA_WAVE_PARAMETER_KERNELS
#endif

HWY_BEFORE_NAMESPACE();
namespace glia::wave::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// y[i] = x[from[i]]. In a band each number moves by a place at most, but for those of cells that hear
/// across the ends of a ring: whole vectors are picked from their neighbours, the others one by one.
template <class T>
void reorder(std::int64_t count, const std::int32_t* HWY_RESTRICT from, const T* HWY_RESTRICT x,
             T* HWY_RESTRICT y) {
  std::int64_t i = 0;
#if HWY_MAX_BYTES >= 32 && !HWY_HAVE_SCALABLE
  if constexpr (sizeof(T) == 4) {
    const Tag<T> d;
    const hn::RebindToSigned<Tag<T>> di;
    const auto n = static_cast<std::int64_t>(hn::Lanes(d));
    const auto first = hn::Iota(di, 0);
    if (count > 0) y[0] = x[from[0]];
    for (i = 1; i + n < count; i += n) {
      const auto here = hn::Add(first, hn::Set(di, static_cast<std::int32_t>(i)));
      const auto by = hn::Sub(hn::LoadU(di, from + i), here);
      const auto back = hn::Eq(by, hn::Set(di, -1)), on = hn::Eq(by, hn::Set(di, 1));
      const auto near =
          hn::IfThenElse(hn::RebindMask(d, on), hn::LoadU(d, x + i + 1), hn::LoadU(d, x + i));
      hn::StoreU(hn::IfThenElse(hn::RebindMask(d, back), hn::LoadU(d, x + i - 1), near), d, y + i);
      std::uint8_t bits[8] = {};
      hn::StoreMaskBits(di, hn::Gt(hn::Abs(by), hn::Set(di, 1)), bits);
      for (unsigned far = bits[0] | unsigned{bits[1]} << 8; far; far &= far - 1) {
        const std::int64_t k = i + __builtin_ctz(far);
        y[k] = x[from[k]];
      }
    }
  }
#endif
  for (; i < count; ++i) y[i] = x[from[i]];
}

template <class T>
using Four = hn::FixedTag<T, 16 / sizeof(T)>;

template <class T>
void compound_threes(std::int64_t cells, const T* HWY_RESTRICT weight, const T* HWY_RESTRICT bias,
                     T* HWY_RESTRICT effective) {
  const Four<T> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  std::int64_t j = 0;
  for (; j + n <= cells; j += n) {
    hn::Vec<Four<T>> w0, w1, w2;
    hn::LoadInterleaved3(d, weight + 3 * j, w0, w1, w2);
    const auto once = hn::Add(hn::Set(d, T(1)), hn::LoadU(d, bias + j));
    const auto twice = hn::Mul(once, once);
    hn::StoreInterleaved3(hn::Mul(w0, hn::Mul(twice, once)), hn::Mul(w1, twice), hn::Mul(w2, once),
                          d, effective + 3 * j);
  }
  for (; j < cells; ++j) {
    const T once = T(1) + bias[j], twice = once * once;
    effective[3 * j + 2] = weight[3 * j + 2] * once;
    effective[3 * j + 1] = weight[3 * j + 1] * twice;
    effective[3 * j] = weight[3 * j] * (twice * once);
  }
}

/// Sums as the loop for any number of taps adds them (Gradients::unfold).
template <class T>
void unfold_threes(std::int64_t cells, const T* HWY_RESTRICT weight, const T* HWY_RESTRICT bias,
                   T* HWY_RESTRICT gradient, T* HWY_RESTRICT by_bias) {
  const Four<T> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  std::int64_t j = 0;
  for (; j + n <= cells; j += n) {
    hn::Vec<Four<T>> w0, w1, w2, g0, g1, g2;
    hn::LoadInterleaved3(d, weight + 3 * j, w0, w1, w2);
    hn::LoadInterleaved3(d, gradient + 3 * j, g0, g1, g2);
    const auto once = hn::Add(hn::Set(d, T(1)), hn::LoadU(d, bias + j));
    const auto twice = hn::Mul(once, once);
    const auto two = hn::Mul(hn::Mul(hn::Mul(w1, g1), hn::Set(d, T(2))), once);
    const auto three = hn::Mul(hn::Mul(hn::Mul(w0, g0), hn::Set(d, T(3))), twice);
    const auto first = hn::Add(hn::Zero(d), hn::Mul(w2, g2));
    hn::StoreU(hn::Add(hn::Add(first, two), three), d, by_bias + j);
    hn::StoreInterleaved3(hn::Mul(g0, hn::Mul(twice, once)), hn::Mul(g1, twice), hn::Mul(g2, once),
                          d, gradient + 3 * j);
  }
  for (; j < cells; ++j) {
    const T* w = weight + 3 * j;
    const T once = T(1) + bias[j], twice = once * once;
    T* g = gradient + 3 * j;
    by_bias[j] = T(0) + w[2] * g[2] + w[1] * g[1] * T(2) * once + w[0] * g[0] * T(3) * twice;
    g[2] *= once;
    g[1] *= twice;
    g[0] *= twice * once;
  }
}

}  // namespace
}  // namespace glia::wave::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
