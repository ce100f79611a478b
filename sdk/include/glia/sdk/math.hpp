// SPDX-License-Identifier: MIT
// Functions of one number that compile to vector code: no branches, no tables, no calls. A loop
// over them runs over whole vectors, where the C library's are called number by number.
//
// Errors are a few units in the last place; NaN comes out as NaN. Own code because no library of
// this kind can be inlined into a plugin without being installed beside it.
#pragma once

#include <glia/sdk/formula.hpp>

#include <concepts>
#include <cstdint>
#include <limits>

// What follows, the plugin's own code included, is compiled for vectors, with products and sums in
// one instruction where the machine has it, as the engine's own code does.
#ifdef __clang__
#pragma clang fp contract(fast)
#define GLIA_INLINE __attribute__((always_inline)) inline
#else
// GCC keeps a branch where an arm might raise a floating-point flag, which nobody here reads.
#pragma GCC optimize("O3,no-trapping-math,fp-contract=fast")
#define GLIA_INLINE __attribute__((always_inline)) inline
#endif

namespace glia::math {

template <class T>
concept Number = std::same_as<T, float> || std::same_as<T, double>;

/// condition ? a : b, both of which are computed.
template <Number T>
GLIA_INLINE T select(bool condition, T a, T b) {
  return condition ? a : b;
}
inline Symbol select(const Symbol& condition, const Symbol& a, const Symbol& b) {
  return Symbol::of(Formula::Op::select, {condition, a, b});
}

template <Number T>
GLIA_INLINE T abs(T x) {
  return x < T(0) ? -x : x;
}
inline Symbol abs(const Symbol& x) { return Symbol::of(Formula::Op::abs, {x}); }

template <Number T>
GLIA_INLINE T sqrt(T x) {
  if constexpr (sizeof(T) == 4) {
    return __builtin_sqrtf(x);
  } else {
    return __builtin_sqrt(x);
  }
}
inline Symbol sqrt(const Symbol& x) { return Symbol::of(Formula::Op::sqrt, {x}); }

namespace detail {

/// exp(x) = scale (1 + p), so that exp(x) - 1 = scale p + (scale - 1) keeps its digits.
GLIA_INLINE void exp_parts(float x, float& p, float& scale) {
  x = x < -87.3f ? -87.3f : x;
  x = x > 88.7f ? 88.7f : x;
  constexpr float magic = 12582912.0f;  // 1.5 * 2^23: its low bits then hold the rounded number
  const float shifted = x * 1.44269504088896340736f + magic;
  const float n = shifted - magic;
  float r = x - n * 0.693359375f;  // x - n ln 2, with ln 2 in two parts
  r = r - n * -2.12194440e-4f;
  float q = r * 1.9875691500e-4f + 1.3981999507e-3f;  // Cephes expf
  q = q * r + 8.3334519073e-3f;
  q = q * r + 4.1665795894e-2f;
  q = q * r + 1.6666665459e-1f;
  q = q * r + 5.0000001201e-1f;
  p = r * r * q + r;
  const auto bits =
      __builtin_bit_cast(std::int32_t, shifted) - __builtin_bit_cast(std::int32_t, magic);
  scale = __builtin_bit_cast(float, (bits + 127) << 23);
}

GLIA_INLINE void exp_parts(double x, double& p, double& scale) {
  x = x < -708.3 ? -708.3 : x;
  x = x > 709.7 ? 709.7 : x;
  constexpr double magic = 6755399441055744.0;  // 1.5 * 2^52
  const double shifted = x * 1.44269504088896340736 + magic;
  const double n = shifted - magic;
  double r = x - n * 6.93145751953125e-1;
  r = r - n * 1.42860682030941723212e-6;
  double q = r * (1.0 / 6227020800) + 1.0 / 479001600;  // Taylor
  q = q * r + 1.0 / 39916800;
  q = q * r + 1.0 / 3628800;
  q = q * r + 1.0 / 362880;
  q = q * r + 1.0 / 40320;
  q = q * r + 1.0 / 5040;
  q = q * r + 1.0 / 720;
  q = q * r + 1.0 / 120;
  q = q * r + 1.0 / 24;
  q = q * r + 1.0 / 6;
  q = q * r + 1.0 / 2;
  p = r * r * q + r;
  const auto bits =
      __builtin_bit_cast(std::uint64_t, shifted) - __builtin_bit_cast(std::uint64_t, magic);
  scale = __builtin_bit_cast(double, (bits + 1023) << 52);
}

/// x = 2^n (1 + f) for normal x > 0; ln(1 + f) = f - f^2 / 2 + f^3 q.
GLIA_INLINE void log_parts(float x, float& n, float& f, float& q) {
  // Split around sqrt(1/2).
  const auto bits = __builtin_bit_cast(std::uint32_t, x) + (0x3f800000u - 0x3f3504f3u);
  n = static_cast<float>(static_cast<std::int32_t>(bits >> 23) - 127);
  f = __builtin_bit_cast(float, (bits & 0x007fffffu) + 0x3f3504f3u) - 1.0f;
  q = 7.0376836292e-2f * f - 1.1514610310e-1f;  // Cephes logf
  q = q * f + 1.1676998740e-1f;
  q = q * f - 1.2420140846e-1f;
  q = q * f + 1.4249322787e-1f;
  q = q * f - 1.6668057665e-1f;
  q = q * f + 2.0000714765e-1f;
  q = q * f - 2.4999993993e-1f;
  q = q * f + 3.3333331174e-1f;
}

/// ln x for normal x > 0.
GLIA_INLINE float log_positive(float x) {
  float n, f, q;
  log_parts(x, n, f, q);
  const float z = f * f;
  const float low = q * f * z + n * -2.12194440e-4f - 0.5f * z;
  return f + low + n * 0.693359375f;
}

GLIA_INLINE double log_positive(double x) {
  const auto bits =
      __builtin_bit_cast(std::uint64_t, x) + (0x3ff0000000000000u - 0x3fe6a09e667f3bcdu);
  // As a sum with 2^52, whose low bits then hold n + 1023: not every instruction set converts.
  const double n = __builtin_bit_cast(double, (bits >> 52) | 0x4330000000000000u) -
                   (4503599627370496.0 + 1023.0);
  const double f =
      __builtin_bit_cast(double, (bits & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu) - 1.0;
  const double s = f / (2.0 + f), z = s * s, w = z * z;  // fdlibm
  const double t1 = w * (3.999999999940941908e-01 +
                         w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const double t2 = z * (6.666666666666735130e-01 +
                         w * (2.857142874366239149e-01 +
                              w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const double half = 0.5 * f * f;
  return n * 6.93147180369123816490e-01 -
         ((half - (s * (half + t1 + t2) + n * 1.90821492927058770002e-10)) - f);
}

}  // namespace detail

template <Number T>
GLIA_INLINE T exp(T x) {
  constexpr T most = sizeof(T) == 4 ? T(88.7) : T(709.7);
  T p, scale;
  detail::exp_parts(x, p, scale);
  return select(x > most, std::numeric_limits<T>::infinity(), scale * p + scale);
}
inline Symbol exp(const Symbol& x) { return Symbol::of(Formula::Op::exp, {x}); }

/// exp(x) - 1, with all its digits near 0.
template <Number T>
GLIA_INLINE T expm1(T x) {
  constexpr T most = sizeof(T) == 4 ? T(88.7) : T(709.7);
  T p, scale;
  detail::exp_parts(x, p, scale);
  return select(x > most, std::numeric_limits<T>::infinity(), scale * p + (scale - T(1)));
}
inline Symbol expm1(const Symbol& x) { return exp(x) - 1; }

/// ln x; -infinity at 0, NaN below.
template <Number T>
GLIA_INLINE T log(T x) {
  constexpr T least = std::numeric_limits<T>::min(), most = std::numeric_limits<T>::max();
  const T y = detail::log_positive(x < least ? least : x);
  const T below =
      select(x < T(0), std::numeric_limits<T>::quiet_NaN(), -std::numeric_limits<T>::infinity());
  // x - x is 0 or, for a NaN, NaN.
  return select(x < least, below, select(x > most, x, y + (x - x)));
}
inline Symbol log(const Symbol& x) { return Symbol::of(Formula::Op::log, {x}); }

/// ln x where x is known to be normal and above 0: `log` without its care for all else.
template <Number T>
GLIA_INLINE T log_normal(T x) {
  return detail::log_positive(x);
}
inline Symbol log_normal(const Symbol& x) { return log(x); }

namespace detail {

/// 2^x, x a number from -126 to 126 (others count as these).
GLIA_INLINE float exp2_within(float x) {
  x = x < -126.0f ? -126.0f : x;
  x = x > 126.0f ? 126.0f : x;
  constexpr float magic = 12582912.0f;  // as in exp_parts
  const float shifted = x + magic, r = x - (shifted - magic);
  float q = r * 1.535336188e-4f + 1.339887440e-3f;  // Cephes exp2f
  q = q * r + 9.618437357e-3f;
  q = q * r + 5.550332548e-2f;
  q = q * r + 2.402264791e-1f;
  q = q * r + 6.931472028e-1f;
  const auto bits =
      __builtin_bit_cast(std::int32_t, shifted) - __builtin_bit_cast(std::int32_t, magic);
  const float scale = __builtin_bit_cast(float, (bits + 127) << 23);
  return scale * (q * r) + scale;
}

GLIA_INLINE double exp2_within(double x) {
  x = x < -1022.0 ? -1022.0 : x;
  x = x > 1022.0 ? 1022.0 : x;
  double p, scale;
  exp_parts(x * 0.69314718055994530942, p, scale);
  return scale * p + scale;
}

/// log2 x for normal x > 0.
GLIA_INLINE float log2_positive(float x) {
  float n, f, q;
  log_parts(x, n, f, q);
  const float z = f * f;
  q = q * f - 0.5f;
  return (q * z + f) * 1.44269504088896340736f + n;
}
GLIA_INLINE double log2_positive(double x) { return log_positive(x) * 1.44269504088896340736; }

}  // namespace detail

/// 2^x without care for its ends: beyond the normal numbers, the least or greatest power of two.
template <Number T>
GLIA_INLINE T exp2_normal(T x) {
  return detail::exp2_within(x);
}
inline Symbol exp2_normal(const Symbol& x) { return exp(x * 0.69314718055994530942); }

/// log2 x where x is known to be normal and above 0.
template <Number T>
GLIA_INLINE T log2_normal(T x) {
  return detail::log2_positive(x);
}
inline Symbol log2_normal(const Symbol& x) { return log(x) / 0.69314718055994530942; }

/// x^y for x > 0.
template <class T>
GLIA_INLINE T pow(const T& x, const T& y) {
  return exp(y * log(x));
}

template <Number T>
GLIA_INLINE T tanh(T x) {  // with e = exp(-2|x|) - 1: tanh |x| = -e / (e + 2)
  const T e = expm1(T(-2) * abs(x));
  const T y = -e / (e + T(2));
  return x < T(0) ? -y : y;
}
inline Symbol tanh(const Symbol& x) { return Symbol::of(Formula::Op::tanh, {x}); }

/// 1 / (1 + exp(-x)).
template <Number T>
GLIA_INLINE T sigmoid(T x) {  // through exp(-|x|), which never overflows
  const T e = exp(-abs(x));
  return select(x < T(0), e, T(1)) / (T(1) + e);
}
inline Symbol sigmoid(const Symbol& x) { return (Symbol(1) + tanh(x / 2)) / 2; }

}  // namespace glia::math
