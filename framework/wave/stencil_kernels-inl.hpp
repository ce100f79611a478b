// SPDX-License-Identifier: MIT
// Included once per instruction set by kernels.cpp (Highway's scheme, hence no #pragma once).
#include "wave/activation_kernels-inl.hpp"
#include "wave/kernels.hpp"
#include "wave/totals_kernels-inl.hpp"

#include <hwy/highway.h>

#include <cstdint>

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

/// A vector that is loaded once, however often it is used: left alone, GCC loads it again for every
/// multiply-add, and a row is read from the first cache no faster than it is multiplied.
template <class V>
HWY_INLINE V once(V v) {
#if HWY_ARCH_X86 && (HWY_COMPILER_GCC || HWY_COMPILER_CLANG)
  __asm__("" : "+v"(v.raw));
#endif
  return v;
}

/// Whether cells j and j + 1 hear three each, two of them the same: the usual neighbours.
inline bool overlap(const Taps& s, std::int64_t j) {
  if (j + 1 >= s.cells) return false;
  const std::int32_t begin = s.first[j], middle = s.first[j + 1];
  return middle - begin == 3 && s.first[j + 2] - middle == 3 &&
         s.taps[middle] == s.taps[begin + 1] && s.taps[middle + 1] == s.taps[begin + 2];
}

template <class T>
struct WeighPass {
  const Taps& taps;
  std::int64_t stride;
  const T *x, *weight, *bias;
  T* y;

  const T* row(std::int32_t t) const { return x + taps.taps[t] * stride; }
};

/// y_j = finish(sum, place) of cells j and j + 1, which overlap, and so on while there are such: four
/// rows are read for two. Returns the first cell that is left.
template <class T, class Finish>
HWY_NOINLINE std::int64_t weigh_twos(const WeighPass<T>& given, std::int64_t j, Finish finish) {
  const WeighPass<T> pass = given;  // kept in registers
  const Tag<T> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const std::int64_t stride = pass.stride;
  for (; overlap(pass.taps, j); j += 2) {
    const std::int32_t t = pass.taps.first[j];
    const T *HWY_RESTRICT r0 = pass.row(t), *HWY_RESTRICT r1 = pass.row(t + 1),
                          *HWY_RESTRICT r2 = pass.row(t + 2), *HWY_RESTRICT r3 = pass.row(t + 5);
    hn::Vec<Tag<T>> w[6];
    for (int k = 0; k < 6; ++k) w[k] = hn::Set(d, pass.weight[t + k]);
    const auto start = pass.bias ? hn::Set(d, pass.bias[j]) : hn::Zero(d);
    const auto next = pass.bias ? hn::Set(d, pass.bias[j + 1]) : hn::Zero(d);
    const std::int64_t place = j * stride;
    T *HWY_RESTRICT y = pass.y + place, *HWY_RESTRICT other = y + stride;
    for (std::int64_t b = 0; b < stride; b += n) {
      const auto x1 = once(hn::Load(d, r1 + b)), x2 = once(hn::Load(d, r2 + b));
      auto sum = hn::MulAdd(w[0], hn::Load(d, r0 + b), start);
      auto sum_next = hn::MulAdd(w[3], x1, next);
      sum = hn::MulAdd(w[2], x2, hn::MulAdd(w[1], x1, sum));
      sum_next = hn::MulAdd(w[5], hn::Load(d, r3 + b), hn::MulAdd(w[4], x2, sum_next));
      hn::Store(finish(sum, place + b), d, y + b);
      hn::Store(finish(sum_next, place + stride + b), d, other + b);
    }
  }
  return j;
}

/// y_j of one cell of whatever number of taps.
template <class T, class Finish>
HWY_NOINLINE void weigh_one(const WeighPass<T>& given, std::int64_t j, Finish& finish) {
  const WeighPass<T> pass = given;
  const Tag<T> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const auto start = pass.bias ? hn::Set(d, pass.bias[j]) : hn::Zero(d);
  const std::int32_t begin = pass.taps.first[j], end = pass.taps.first[j + 1];
  std::int64_t b = 0, place = j * pass.stride;
  const auto store = [&](auto sum) {
    hn::Store(finish(sum, place), d, pass.y + place);
    b += n;
    place += n;
  };
  while (b + 4 * n <= pass.stride) {
    auto y0 = start, y1 = start, y2 = start, y3 = start;
    for (std::int32_t t = begin; t < end; ++t) {
      const auto w = hn::Set(d, pass.weight[t]);
      const T* HWY_RESTRICT row = pass.row(t) + b;
      y0 = hn::MulAdd(w, hn::Load(d, row), y0);
      y1 = hn::MulAdd(w, hn::Load(d, row + n), y1);
      y2 = hn::MulAdd(w, hn::Load(d, row + 2 * n), y2);
      y3 = hn::MulAdd(w, hn::Load(d, row + 3 * n), y3);
    }
    for (const auto& sum : {y0, y1, y2, y3}) store(sum);
  }
  while (b < pass.stride) {
    auto sum = start;
    for (std::int32_t t = begin; t < end; ++t) {
      sum = hn::MulAdd(hn::Set(d, pass.weight[t]), hn::Load(d, pass.row(t) + b), sum);
    }
    store(sum);
  }
}

/// y_j = finish(sum, place): what `finish` makes of a vector of sums before it is stored, where
/// `place` is that of the vector in y.
template <class T, class Finish>
HWY_INLINE void weigh_cells(const WeighPass<T>& pass, Finish finish) {
  for (std::int64_t j = 0; j < pass.taps.cells; ++j) {
    if (overlap(pass.taps, j)) j = weigh_twos(pass, j, finish);
    if (j < pass.taps.cells) weigh_one(pass, j, finish);
  }
}

template <class T>
void weigh(const Taps& s, std::int64_t stride, const T* x, const T* weight, const T* bias,
           FusedActivation activation, T* y) {
  const Tag<T> d;
  with_activation(activation, [&](auto phi) {
    weigh_cells(WeighPass<T>{s, stride, x, weight, bias, y},
                [&](auto sum, std::int64_t) { return phi.value(d, sum); });
  });
}

template <class T>
void add(std::int64_t count, const T* a, const T* b, T* y) {
  const Tag<T> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  for (std::int64_t i = 0; i < count; i += n) {
    hn::StoreU(hn::Add(hn::LoadU(d, a + i), b ? hn::LoadU(d, b + i) : hn::Zero(d)), d, y + i);
  }
}

/// total[j] += the sum of row j.
template <class T>
void sum_rows(std::int64_t cells, std::int64_t stride, const T* rows, T* total) {
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
    totals.take(sums);
  }
  totals.finish();
}

/// The products of two rows, summed in lanes<T> lanes.
template <class T, class V>
HWY_INLINE void multiply_rows(std::int64_t stride, const T* HWY_RESTRICT a, const T* HWY_RESTRICT b,
                              V* sums) {
  const Tag<T> d;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  const std::int64_t parts = lanes<T> / n;
  for (std::int64_t p = 0; p < parts; ++p) {
    sums[p] = hn::Mul(hn::Load(d, a + p * n), hn::Load(d, b + p * n));
  }
  for (std::int64_t at = lanes<T>; at < stride; at += lanes<T>) {
    for (std::int64_t p = 0; p < parts; ++p) {
      sums[p] = hn::MulAdd(hn::Load(d, a + at + p * n), hn::Load(d, b + at + p * n), sums[p]);
    }
  }
}

/// Gradients of the weights by which cell k is heard.
template <class T>
HWY_INLINE void correlate(const BackPass<T>& pass, std::int64_t k, Totals<T>& totals) {
  hn::Vec<Tag<T>> sums[most_parts];
  const Taps& s = pass.taps;
  for (std::int32_t t = s.first[k]; t < s.first[k + 1]; ++t) {
    multiply_rows(pass.stride, pass.x + k * pass.stride, pass.dy + s.taps[t] * pass.stride, sums);
    totals.take(sums);
  }
}

#if HWY_MAX_BYTES >= 64 && !HWY_HAVE_SCALABLE
/// What a backward pass finds besides the gradients of the weights.
enum class Wanted { nothing, dx, dx_and_sums };

/// Cells k and k + 1, which overlap, and so on while there are such, all that depends on them in one
/// go: six vectors are read for twelve multiply-adds. Returns the first cell that is left.
template <Wanted wanted, class T, class Phi>
HWY_NOINLINE std::int64_t back_twos(const BackPass<T>& given, std::int64_t k, Phi phi,
                                    Totals<T>& totals, Totals<T>& sums) {
  constexpr bool with_dx = wanted != Wanted::nothing, with_sums = wanted == Wanted::dx_and_sums;
  const BackPass<T> pass = given;
  const Tag<T> d;
  using V = hn::Vec<Tag<T>>;
  const std::int64_t stride = pass.stride;
  const auto row = [&](std::int32_t tap) { return pass.dy + pass.taps.taps[tap] * stride; };
  for (; overlap(pass.taps, k); k += 2) {
    const std::int32_t t = pass.taps.first[k];
    const T *HWY_RESTRICT r0 = row(t), *HWY_RESTRICT r1 = row(t + 1), *HWY_RESTRICT r2 = row(t + 2),
                          *HWY_RESTRICT r3 = row(t + 5);
    const T *HWY_RESTRICT xs = pass.x + k * stride, *HWY_RESTRICT next = xs + stride;
    T* HWY_RESTRICT dx = with_dx ? pass.dx + k * stride : nullptr;
    V w[6], g[6], sum = hn::Zero(d), sum_next = hn::Zero(d);
    for (int i = 0; i < 6; ++i) {
      w[i] = with_dx ? hn::Set(d, pass.weight[t + i]) : hn::Zero(d);
      g[i] = hn::Zero(d);
    }
    for (std::int64_t b = 0; b < stride; b += lanes<T>) {
      const V y0 = once(hn::Load(d, r0 + b)), y1 = once(hn::Load(d, r1 + b)),
              y2 = once(hn::Load(d, r2 + b)), y3 = once(hn::Load(d, r3 + b));
      const V x0 = once(hn::Load(d, xs + b)), x1 = once(hn::Load(d, next + b));
      g[0] = hn::MulAdd(y0, x0, g[0]);
      g[1] = hn::MulAdd(y1, x0, g[1]);
      g[2] = hn::MulAdd(y2, x0, g[2]);
      g[3] = hn::MulAdd(y1, x1, g[3]);
      g[4] = hn::MulAdd(y2, x1, g[4]);
      g[5] = hn::MulAdd(y3, x1, g[5]);
      if (!with_dx) continue;
      V a = hn::MulAdd(w[2], y2, hn::MulAdd(w[1], y1, hn::Mul(w[0], y0)));
      V c = hn::MulAdd(w[5], y3, hn::MulAdd(w[4], y2, hn::Mul(w[3], y1)));
      a = phi.gradient(d, x0, a);
      c = phi.gradient(d, x1, c);
      hn::Store(a, d, dx + b);
      hn::Store(c, d, dx + stride + b);
      if (!with_sums) continue;
      sum = hn::Add(sum, a);
      sum_next = hn::Add(sum_next, c);
    }
    totals.take_six(g);
    if (with_sums) {
      sums.take_two(sum, sum_next);
    }
  }
  return k;
}

/// A cell that is heard by N others, which no neighbour shares: one at the end of a row.
template <int N, Wanted wanted, class T, class Phi>
HWY_NOINLINE void back_one(const BackPass<T>& given, std::int64_t k, Phi phi, Totals<T>& totals,
                           Totals<T>& sums) {
  constexpr bool with_dx = wanted != Wanted::nothing, with_sums = wanted == Wanted::dx_and_sums;
  const BackPass<T> pass = given;
  const Tag<T> d;
  using V = hn::Vec<Tag<T>>;
  const std::int64_t stride = pass.stride;
  const std::int32_t t = pass.taps.first[k];
  const T* rows[N];
  V w[N], g[N], sum = hn::Zero(d);
  for (int i = 0; i < N; ++i) {
    rows[i] = pass.dy + pass.taps.taps[t + i] * stride;
    w[i] = with_dx ? hn::Set(d, pass.weight[t + i]) : hn::Zero(d);
    g[i] = hn::Zero(d);
  }
  for (std::int64_t b = 0, at = k * stride; b < stride; b += lanes<T>, at += lanes<T>) {
    const V x = once(hn::Load(d, pass.x + at));
    V dx = hn::Zero(d);
    for (int i = 0; i < N; ++i) {
      const V y = once(hn::Load(d, rows[i] + b));
      g[i] = hn::MulAdd(y, x, g[i]);
      if (with_dx) dx = hn::MulAdd(w[i], y, dx);
    }
    if (!with_dx) continue;
    dx = phi.gradient(d, x, dx);
    hn::Store(dx, d, pass.dx + at);
    if (with_sums) sum = hn::Add(sum, dx);
  }
  if constexpr (N > 1) totals.take_two(g[0], g[1]);
  if constexpr (N % 2 == 1) totals.take(&g[N - 1]);
  if (with_sums) sums.take(&sum);
}

/// The same for any number of others.
template <Wanted wanted, class T, class Phi>
HWY_NOINLINE void back_any(const BackPass<T>& pass, std::int64_t k, Phi phi, Totals<T>& totals,
                           Totals<T>& sums) {
  correlate(pass, k, totals);
  if (wanted == Wanted::nothing) return;
  const Tag<T> d;
  hn::Vec<Tag<T>> sum = hn::Zero(d);
  const WeighPass<T> weigh{pass.taps, pass.stride, pass.dy, pass.weight, nullptr, pass.dx};
  const auto finish = [&](auto total, std::int64_t place) {
    const auto dx = phi.gradient(d, hn::Load(d, pass.x + place), total);
    sum = hn::Add(sum, dx);
    return dx;
  };
  weigh_one(weigh, k, finish);
  if (wanted == Wanted::dx_and_sums) sums.take(&sum);
}

/// The cells of a row one or two at a time, each with all that depends on it.
template <Wanted wanted, class T, class Phi>
HWY_INLINE void back_cells(const BackPass<T>& pass, Phi phi) {
  const Taps& s = pass.taps;
  Totals<T> totals(pass.gradient), sums(pass.sums);
  for (std::int64_t k = 0; k < s.cells; ++k) {
    if (overlap(s, k)) k = back_twos<wanted>(pass, k, phi, totals, sums);
    if (k == s.cells) break;
    switch (s.first[k + 1] - s.first[k]) {
      case 1:
        back_one<1, wanted>(pass, k, phi, totals, sums);
        break;
      case 2:
        back_one<2, wanted>(pass, k, phi, totals, sums);
        break;
      case 3:
        back_one<3, wanted>(pass, k, phi, totals, sums);
        break;
      default:
        back_any<wanted>(pass, k, phi, totals, sums);
    }
  }
  totals.finish();
  if (wanted == Wanted::dx_and_sums) sums.finish();
}
#endif

template <class T>
void weigh_back(const BackPass<T>& pass) {
#if HWY_MAX_BYTES >= 64 && !HWY_HAVE_SCALABLE
  if (pass.gradient && !pass.dx) return back_cells<Wanted::nothing>(pass, Identity{});
  if (pass.gradient) {
    return with_activation(pass.phi, [&](auto phi) {
      pass.sums ? back_cells<Wanted::dx_and_sums>(pass, phi) : back_cells<Wanted::dx>(pass, phi);
    });
  }
#endif
  if (pass.dx) {
    const WeighPass<T> weigh{pass.taps, pass.stride, pass.dy, pass.weight, nullptr, pass.dx};
    with_activation(pass.phi, [&](auto phi) {
      const auto finish = [&](auto sum, std::int64_t place) {
        const Tag<T> d;
        return phi.gradient(d, hn::Load(d, pass.x + place), sum);
      };
      weigh_cells(weigh, finish);
    });
    if (pass.sums) sum_rows(pass.taps.cells, pass.stride, pass.dx, pass.sums);
  }
  if (!pass.gradient) return;
  Totals<T> totals(pass.gradient);
  for (std::int64_t k = 0; k < pass.taps.cells; ++k) correlate(pass, k, totals);
  totals.finish();
}

}  // namespace
}  // namespace glia::wave::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
