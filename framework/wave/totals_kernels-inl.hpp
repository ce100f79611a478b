// SPDX-License-Identifier: MIT
// Included once per instruction set by kernels.cpp (Highway's scheme, hence no #pragma once).
#include "wave/kernels.hpp"

#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>

#if defined(GLIA_WAVE_TOTALS_KERNELS) == defined(HWY_TARGET_TOGGLE)
#ifdef GLIA_WAVE_TOTALS_KERNELS
#undef GLIA_WAVE_TOTALS_KERNELS
#else
#define GLIA_WAVE_TOTALS_KERNELS
#endif

HWY_BEFORE_NAMESPACE();
namespace glia::wave::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Vectors of at most 64 bytes, so that lanes<T> is a multiple of their width.
template <class T>
using Tag = hn::CappedTag<T, static_cast<std::size_t>(lanes<T>)>;

/// Most vectors that lanes<T> needs: 128-bit vectors.
inline constexpr std::int64_t most_parts = 4;

/// Half of lanes<T>.
template <class T>
inline constexpr std::int64_t half = lanes<T> / 2;

/// r[0] = the sums of the lanes of `count` vectors of as many lanes, in their order: neighbours first.
template <int count, class D, class V>
HWY_INLINE void add_neighbours(D d, V* r) {
  if constexpr (count > 1) {
    for (int i = 0; i < count / 2; ++i) {
      r[i] = hn::Add(hn::ConcatEven(d, r[2 * i + 1], r[2 * i]),
                     hn::ConcatOdd(d, r[2 * i + 1], r[2 * i]));
    }
    add_neighbours<count / 2>(d, r);
  }
}

/// Takes sums number 0, 1, 2 ..., each of lanes<T> partial sums, and adds them to memory many at a
/// time: the two halves of a sum first, then neighbours, whatever the width of a vector.
#if HWY_MAX_BYTES >= 64 && !HWY_HAVE_SCALABLE
template <class T>
class Totals {
 public:
  explicit Totals(T* total) : total_(total) {}

  /// A sum in one vector.
  HWY_INLINE void take(const hn::Vec<Tag<T>>* sum) {
    const hn::Half<Tag<T>> h;
    const auto both = hn::Add(hn::LowerHalf(h, *sum), hn::UpperHalf(h, *sum));
    const hn::Half<decltype(h)> q;
    const auto few = hn::Add(hn::ConcatEven(h, both, both), hn::ConcatOdd(h, both, both));
    hn::StoreU(hn::LowerHalf(q, few), q, rows_ + kept_ * quarter);
    kept(1);
  }

  /// The next two.
  HWY_INLINE void take_two(hn::Vec<Tag<T>> a, hn::Vec<Tag<T>> b) {
    const Tag<T> d;
    const hn::Half<Tag<T>> h;
    const auto both = add_halves(a, b);
    const auto few = hn::Add(hn::ConcatEven(d, both, both), hn::ConcatOdd(d, both, both));
    hn::StoreU(hn::LowerHalf(h, few), h, rows_ + kept_ * quarter);
    kept(2);
  }

  /// The next six, folded in registers.
  HWY_INLINE void take_six(const hn::Vec<Tag<T>>* sums) {
    const Tag<T> d;
    hn::Vec<Tag<T>> r[4];
    for (int i = 0; i < 3; ++i) r[i] = add_halves(sums[2 * i], sums[2 * i + 1]);
    r[3] = r[2];
    for (int i = 0; i < 2; ++i) {
      r[i] = hn::Add(hn::ConcatEven(d, r[2 * i + 1], r[2 * i]),
                     hn::ConcatOdd(d, r[2 * i + 1], r[2 * i]));
    }
    T* HWY_RESTRICT rows = rows_ + kept_ * quarter;
    hn::StoreU(r[0], d, rows);
    hn::StoreU(r[1], d, rows + 4 * quarter);  // twice what is wanted; the second is overwritten
    kept(6);
  }

  /// After the last sum.
  void finish() {
    const Tag<T> d;
    const std::int64_t whole = kept_ / lanes<T>, rest = kept_ % lanes<T>;
    add(total_, whole);
    if (rest == 0) return;
    T* HWY_RESTRICT last = rows_ + whole * quarter * lanes<T>;
    for (std::int64_t i = rest * quarter; i < quarter * lanes<T>; i += lanes<T>) {
      hn::StoreU(hn::Zero(d), d, last + i);  // the last one beyond, where nothing is kept
    }
    const auto few = hn::FirstN(d, static_cast<std::size_t>(rest));
    T* HWY_RESTRICT to = total_ + whole * lanes<T>;
    hn::BlendedStore(hn::Add(hn::MaskedLoad(few, d, to), folded(whole)), few, d, to);
  }

 private:
  static constexpr std::int64_t quarter = lanes<T> / 4, most = 64;

  /// The sums of the halves of a, then those of b.
  static HWY_INLINE hn::Vec<Tag<T>> add_halves(hn::Vec<Tag<T>> a, hn::Vec<Tag<T>> b) {
    const Tag<T> d;
    return hn::Add(hn::ConcatUpperLower(d, b, a), hn::ConcatLowerUpper(d, b, a));
  }

  HWY_INLINE void kept(std::int64_t more) {
    kept_ += more;
    if (kept_ >= most) add_most();
  }

  HWY_NOINLINE void add_most() {
    add(total_, most / lanes<T>);
    total_ += most;
    kept_ -= most;
    std::copy_n(rows_ + most * quarter, kept_ * quarter, rows_);
  }

  /// Sums number group * lanes<T> and on, as many as a vector has.
  HWY_INLINE hn::Vec<Tag<T>> folded(std::int64_t group) const {
    const Tag<T> d;
    hn::Vec<Tag<T>> r[quarter];
    for (std::int64_t i = 0; i < quarter; ++i) {
      r[i] = hn::Load(d, rows_ + (group * quarter + i) * lanes<T>);
    }
    add_neighbours<static_cast<int>(quarter)>(d, r);
    return r[0];
  }

  /// Adds the first `groups` times lanes<T> sums.
  void add(T* total, std::int64_t groups) const {
    const Tag<T> d;
    for (std::int64_t g = 0; g < groups; ++g) {
      T* to = total + g * lanes<T>;
      hn::StoreU(hn::Add(hn::LoadU(d, to), folded(g)), d, to);
    }
  }

  alignas(64) T rows_[(most + 8) * quarter];
  std::int64_t kept_ = 0;
  T* total_;
};
#else
template <class T>
class Totals {
 public:
  explicit Totals(T* total) : total_(total) {}

  /// A sum in 64 / sizeof(vector) vectors.
  template <class V>
  HWY_INLINE void take(const V* sums) {
    const Tag<T> d;
    const auto n = static_cast<std::int64_t>(hn::Lanes(d));
    const std::int64_t parts = half<T> / n;
    for (std::int64_t p = 0; p < parts; ++p) {
      hn::Store(hn::Add(sums[p], sums[p + parts]), d, rows_ + kept_ * half<T> + p * n);
    }
    if (++kept_ < half<T>) return;
    add(total_);
    total_ += half<T>;
    kept_ = 0;
  }

  /// After the last sum.
  void finish() {
    T last[half<T>] = {};
    std::fill(rows_ + kept_ * half<T>, rows_ + half<T> * half<T>, T(0));
    add(last);
    for (std::int64_t i = 0; i < kept_; ++i) total_[i] += last[i];
  }

 private:
  void add(T* total) const {
#if HWY_MAX_BYTES >= 32 && !HWY_HAVE_SCALABLE
    const hn::FixedTag<T, static_cast<std::size_t>(half<T>)> d;
    hn::Vec<decltype(d)> r[half<T>];
    for (std::int64_t i = 0; i < half<T>; ++i) r[i] = hn::Load(d, rows_ + i * half<T>);
    add_neighbours<static_cast<int>(half<T>)>(d, r);
    hn::StoreU(hn::Add(hn::LoadU(d, total), r[0]), d, total);
#else
    for (std::int64_t i = 0; i < half<T>; ++i) {
      T row[half<T>];
      std::copy_n(rows_ + i * half<T>, half<T>, row);
      for (std::int64_t n = half<T> / 2; n > 0; n /= 2) {
        for (std::int64_t k = 0; k < n; ++k) row[k] = row[2 * k] + row[2 * k + 1];
      }
      total[i] += row[0];
    }
#endif
  }

  alignas(64) T rows_[half<T> * half<T>];
  std::int64_t kept_ = 0;
  T* total_;
};
#endif

}  // namespace
}  // namespace glia::wave::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
