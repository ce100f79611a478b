// SPDX-License-Identifier: MIT
// Included once per instruction set by kernels.cpp (Highway's scheme, hence no #pragma once).
#include "wave/kernels.hpp"

#include <hwy/highway.h>

#include <algorithm>

#if defined(GLIA_WAVE_STENCIL_KERNELS) == defined(HWY_TARGET_TOGGLE)
#ifdef GLIA_WAVE_STENCIL_KERNELS
#undef GLIA_WAVE_STENCIL_KERNELS
#else
#define GLIA_WAVE_STENCIL_KERNELS
#endif

HWY_BEFORE_NAMESPACE();
namespace glia::wave::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Vectors of at most 64 bytes, so that lanes<T> is a multiple of their width.
template <class T>
using Tag = hn::CappedTag<T, static_cast<std::size_t>(lanes<T>)>;

template <class T>
void weigh(const Taps& s, std::int64_t stride, const T* HWY_RESTRICT x,
           const T* HWY_RESTRICT weight, const T* HWY_RESTRICT bias, T* HWY_RESTRICT y) {
  const Tag<T> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  for (std::int64_t j = 0; j < s.cells; ++j, y += stride) {
    const auto start = bias ? hn::Set(d, bias[j]) : hn::Zero(d);
    const std::int32_t begin = s.first[j], end = s.first[j + 1];
    std::int64_t b = 0;
    for (; b + 4 * n <= stride; b += 4 * n) {
      auto y0 = start, y1 = start, y2 = start, y3 = start;
      for (std::int32_t t = begin; t < end; ++t) {
        const auto w = hn::Set(d, weight[t]);
        const T* HWY_RESTRICT row = x + s.taps[t] * stride + b;
        y0 = hn::MulAdd(w, hn::Load(d, row), y0);
        y1 = hn::MulAdd(w, hn::Load(d, row + n), y1);
        y2 = hn::MulAdd(w, hn::Load(d, row + 2 * n), y2);
        y3 = hn::MulAdd(w, hn::Load(d, row + 3 * n), y3);
      }
      hn::Store(y0, d, y + b);
      hn::Store(y1, d, y + b + n);
      hn::Store(y2, d, y + b + 2 * n);
      hn::Store(y3, d, y + b + 3 * n);
    }
    for (; b < stride; b += n) {
      auto y0 = start;
      for (std::int32_t t = begin; t < end; ++t) {
        y0 = hn::MulAdd(hn::Set(d, weight[t]), hn::Load(d, x + s.taps[t] * stride + b), y0);
      }
      hn::Store(y0, d, y + b);
    }
  }
}

/// Half of lanes<T>: what a sum is folded to before it goes to memory.
template <class T>
inline constexpr std::int64_t half = lanes<T> / 2;

/// Folds lanes<T> partial sums, held in 64 / sizeof(vector) accumulators, to half of them.
template <class T, class V>
HWY_INLINE void fold(const V* sums, T* HWY_RESTRICT out) {
  const Tag<T> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
#if HWY_MAX_BYTES >= 64
  if (n == lanes<T>) {
    const hn::Half<Tag<T>> h;
    hn::Store(hn::Add(hn::LowerHalf(h, sums[0]), hn::UpperHalf(h, sums[0])), h, out);
    return;
  }
#endif
  const std::int64_t parts = half<T> / n;
  for (std::int64_t p = 0; p < parts; ++p) {
    hn::Store(hn::Add(sums[p], sums[p + parts]), d, out + p * n);
  }
}

/// total[i] += the sum of the half<T> numbers of row i, neighbours first, for half<T> rows.
template <class T>
HWY_INLINE void add_rows(const T* HWY_RESTRICT rows, T* HWY_RESTRICT total) {
#if HWY_MAX_BYTES >= 32 && !HWY_HAVE_SCALABLE
  const hn::FixedTag<T, static_cast<std::size_t>(half<T>)> d;
  hn::Vec<decltype(d)> r[half<T>];
  for (std::int64_t i = 0; i < half<T>; ++i) r[i] = hn::Load(d, rows + i * half<T>);
  for (std::int64_t n = half<T> / 2; n > 0; n /= 2) {
    for (std::int64_t i = 0; i < n; ++i) {
      r[i] = hn::Add(hn::ConcatEven(d, r[2 * i + 1], r[2 * i]),
                     hn::ConcatOdd(d, r[2 * i + 1], r[2 * i]));
    }
  }
  hn::StoreU(hn::Add(hn::LoadU(d, total), r[0]), d, total);
#else
  for (std::int64_t i = 0; i < half<T>; ++i) {
    T row[half<T>];
    std::copy_n(rows + i * half<T>, half<T>, row);
    for (std::int64_t n = half<T> / 2; n > 0; n /= 2) {
      for (std::int64_t k = 0; k < n; ++k) row[k] = row[2 * k] + row[2 * k + 1];
    }
    total[i] += row[0];
  }
#endif
}

/// Collects folded sums and adds them to memory half<T> at a time.
template <class T>
class Totals {
 public:
  explicit Totals(T* total) : total_(total) {}

  template <class V>
  HWY_INLINE void push(const V* sums) {
    fold<T>(sums, rows_ + filled_ * half<T>);
    if (++filled_ < half<T>) return;
    add_rows(rows_, total_);
    total_ += half<T>;
    filled_ = 0;
  }

  void finish() {
    if (filled_ == 0) return;
    std::fill(rows_ + filled_ * half<T>, rows_ + half<T> * half<T>, T(0));
    T last[half<T>] = {};
    add_rows(rows_, last);
    for (std::int64_t i = 0; i < filled_; ++i) total_[i] += last[i];
  }

 private:
  alignas(64) T rows_[half<T> * half<T>];
  T* total_;
  std::int64_t filled_ = 0;
};

/// Most vectors that lanes<T> needs: 128-bit vectors.
inline constexpr std::int64_t most_parts = 4;

template <class T>
void correlate(const Taps& s, std::int64_t stride, const T* HWY_RESTRICT x,
               const T* HWY_RESTRICT dy, T* gradient, T* bias_gradient) {
  const Tag<T> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const std::int64_t parts = lanes<T> / n;
  hn::Vec<Tag<T>> sums[most_parts];
  if (gradient) {
    Totals<T> totals(gradient);
    for (std::int64_t j = 0; j < s.cells; ++j) {
      const T* HWY_RESTRICT row_j = dy + j * stride;
      for (std::int32_t t = s.first[j]; t < s.first[j + 1]; ++t) {
        const T* HWY_RESTRICT row_k = x + s.taps[t] * stride;
        for (std::int64_t p = 0; p < parts; ++p) {
          sums[p] = hn::Mul(hn::Load(d, row_j + p * n), hn::Load(d, row_k + p * n));
        }
        for (std::int64_t b = lanes<T>; b < stride; b += lanes<T>) {
          for (std::int64_t p = 0; p < parts; ++p) {
            sums[p] =
                hn::MulAdd(hn::Load(d, row_j + b + p * n), hn::Load(d, row_k + b + p * n), sums[p]);
          }
        }
        totals.push(sums);
      }
    }
    totals.finish();
  }
  if (bias_gradient) {
    Totals<T> totals(bias_gradient);
    for (std::int64_t j = 0; j < s.cells; ++j) {
      const T* HWY_RESTRICT row_j = dy + j * stride;
      for (std::int64_t p = 0; p < parts; ++p) sums[p] = hn::Load(d, row_j + p * n);
      for (std::int64_t b = lanes<T>; b < stride; b += lanes<T>) {
        for (std::int64_t p = 0; p < parts; ++p) {
          sums[p] = hn::Add(sums[p], hn::Load(d, row_j + b + p * n));
        }
      }
      totals.push(sums);
    }
    totals.finish();
  }
}

}  // namespace
}  // namespace glia::wave::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
