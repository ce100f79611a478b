// SPDX-License-Identifier: MIT
// Included once per instruction set by kernels.cpp (Highway's scheme, hence no #pragma once).
#include "wave/activation_kernels-inl.hpp"
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

/// y_j = finish(sum, place): what `finish` makes of a vector of sums before it is stored, where
/// `place` is that of the vector in y.
template <class T, class Finish>
HWY_INLINE void weigh_cells(const Taps& s, std::int64_t stride, const T* HWY_RESTRICT x,
                            const T* HWY_RESTRICT weight, const T* HWY_RESTRICT bias,
                            T* HWY_RESTRICT y, Finish finish) {
  const Tag<T> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  for (std::int64_t j = 0; j < s.cells; ++j) {
    const auto start = bias ? hn::Set(d, bias[j]) : hn::Zero(d);
    const std::int32_t begin = s.first[j], end = s.first[j + 1];
    std::int64_t b = 0, place = j * stride;
    const auto store = [&](auto sum) {
      hn::Store(finish(sum, place), d, y + place);
      b += n;
      place += n;
    };
    if (end - begin == 3 && stride % (4 * n) == 0) {  // the usual cell, without loops
      const T* HWY_RESTRICT r0 = x + s.taps[begin] * stride;
      const T* HWY_RESTRICT r1 = x + s.taps[begin + 1] * stride;
      const T* HWY_RESTRICT r2 = x + s.taps[begin + 2] * stride;
      const auto w0 = hn::Set(d, weight[begin]), w1 = hn::Set(d, weight[begin + 1]),
                 w2 = hn::Set(d, weight[begin + 2]);
      while (b < stride) {
        auto sum = hn::MulAdd(w0, hn::Load(d, r0 + b), start);
        sum = hn::MulAdd(w1, hn::Load(d, r1 + b), sum);
        store(hn::MulAdd(w2, hn::Load(d, r2 + b), sum));
      }
      continue;
    }
    while (b + 4 * n <= stride) {
      auto y0 = start, y1 = start, y2 = start, y3 = start;
      for (std::int32_t t = begin; t < end; ++t) {
        const auto w = hn::Set(d, weight[t]);
        const T* HWY_RESTRICT row = x + s.taps[t] * stride + b;
        y0 = hn::MulAdd(w, hn::Load(d, row), y0);
        y1 = hn::MulAdd(w, hn::Load(d, row + n), y1);
        y2 = hn::MulAdd(w, hn::Load(d, row + 2 * n), y2);
        y3 = hn::MulAdd(w, hn::Load(d, row + 3 * n), y3);
      }
      for (const auto& sum : {y0, y1, y2, y3}) store(sum);
    }
    while (b < stride) {
      auto sum = start;
      for (std::int32_t t = begin; t < end; ++t) {
        sum = hn::MulAdd(hn::Set(d, weight[t]), hn::Load(d, x + s.taps[t] * stride + b), sum);
      }
      store(sum);
    }
  }
}

template <class T>
void weigh(const Taps& s, std::int64_t stride, const T* x, const T* weight, const T* bias,
           FusedActivation activation, T* y) {
  const Tag<T> d;
  with_activation(activation, [&](auto phi) {
    weigh_cells(s, stride, x, weight, bias, y,
                [&](auto sum, std::int64_t) { return phi.value(d, sum); });
  });
}

template <class T>
void weigh_back(const Taps& s, std::int64_t stride, const T* dy, const T* weight,
                FusedActivation activation, const T* value, T* dx) {
  const Tag<T> d;
  with_activation(activation, [&](auto phi) {
    weigh_cells<T>(s, stride, dy, weight, nullptr, dx, [&](auto sum, std::int64_t place) {
      return phi.gradient(d, hn::Load(d, value + place), sum);
    });
  });
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

/// Takes sums number 0, 1, 2 ... and adds them to memory half<T> at a time.
template <class T>
class Totals {
 public:
  explicit Totals(T* total) : total_(total) {}

  template <class V>
  HWY_INLINE void take(std::int64_t number, const V* sums) {
    const std::int64_t slot = number % half<T>;
    fold<T>(sums, rows_ + slot * half<T>);
    if (slot == half<T> - 1) add_rows(rows_, total_ + number - slot);
  }

  /// After the last of `count` sums.
  void finish(std::int64_t count) {
    const std::int64_t left = count % half<T>;
    if (left == 0) return;
    std::fill(rows_ + left * half<T>, rows_ + half<T> * half<T>, T(0));
    T last[half<T>] = {};
    add_rows(rows_, last);
    for (std::int64_t i = 0; i < left; ++i) total_[count - left + i] += last[i];
  }

 private:
  alignas(64) T rows_[half<T> * half<T>];
  T* total_;
};

/// Most vectors that lanes<T> needs: 128-bit vectors.
inline constexpr std::int64_t most_parts = 4;

/// Products of two rows of fewer samples than a tile has, added in the order of a tile's two chains.
template <class T, class V>
HWY_INLINE void multiply_few(std::int64_t stride, const T* HWY_RESTRICT a, const T* HWY_RESTRICT b,
                             V* sums) {
  const Tag<T> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  V even = hn::Mul(hn::Load(d, a), hn::Load(d, b)), odd = hn::Zero(d);
  std::int64_t at = n;
  for (; at + n < stride; at += 2 * n) {
    odd = hn::MulAdd(hn::Load(d, a + at), hn::Load(d, b + at), odd);
    even = hn::MulAdd(hn::Load(d, a + at + n), hn::Load(d, b + at + n), even);
  }
  if (at < stride) odd = hn::MulAdd(hn::Load(d, a + at), hn::Load(d, b + at), odd);
  sums[0] = hn::Add(even, odd);
}

/// total[j] += the sum of row j.
template <class T>
HWY_INLINE void sum_rows(std::int64_t cells, std::int64_t stride, const T* HWY_RESTRICT rows,
                         T* total) {
  const Tag<T> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const std::int64_t parts = lanes<T> / n;
  hn::Vec<Tag<T>> sums[most_parts];
  Totals<T> totals(total);
  for (std::int64_t j = 0; j < cells; ++j) {
    const T* HWY_RESTRICT row = rows + j * stride;
    for (std::int64_t p = 0; p < parts; ++p) sums[p] = hn::Load(d, row + p * n);
    for (std::int64_t b = lanes<T>; b < stride; b += lanes<T>) {
      for (std::int64_t p = 0; p < parts; ++p) {
        sums[p] = hn::Add(sums[p], hn::Load(d, row + b + p * n));
      }
    }
    totals.take(j, sums);
  }
  totals.finish(cells);
}

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
#if HWY_MAX_BYTES >= 64
      if (parts == 1 && stride == tile_samples) {  // the usual tile: dy stays in registers
        constexpr int U = static_cast<int>(tile_samples / lanes<T>);
        hn::Vec<Tag<T>> held[U];
        for (int u = 0; u < U; ++u) held[u] = hn::Load(d, row_j + u * n);
        for (std::int32_t t = s.first[j]; t < s.first[j + 1]; ++t) {
          const T* HWY_RESTRICT row_k = x + s.taps[t] * stride;
          // Two chains of additions: one would wait for itself.
          hn::Vec<Tag<T>> sum[2] = {hn::Mul(held[0], hn::Load(d, row_k)),
                                    hn::Mul(held[1], hn::Load(d, row_k + n))};
          for (int u = 2; u < U; ++u) {
            sum[u % 2] = hn::MulAdd(held[u], hn::Load(d, row_k + u * n), sum[u % 2]);
          }
          sum[0] = hn::Add(sum[0], sum[1]);
          totals.take(t, sum);
        }
        continue;
      }
      if (parts == 1) {
        for (std::int32_t t = s.first[j]; t < s.first[j + 1]; ++t) {
          multiply_few(stride, row_j, x + s.taps[t] * stride, sums);
          totals.take(t, sums);
        }
        continue;
      }
#endif
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
        totals.take(t, sums);
      }
    }
    totals.finish(s.first[s.cells]);
  }
  if (bias_gradient) sum_rows(s.cells, stride, dy, bias_gradient);
}

}  // namespace
}  // namespace glia::wave::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
