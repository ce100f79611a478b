// SPDX-License-Identifier: MIT
// Included once per instruction set by kernels.cpp (Highway's scheme, hence no #pragma once).
#include "wave/kernels.hpp"

#include <hwy/highway.h>

#include <algorithm>
#include <type_traits>

#if defined(GLIA_WAVE_ACTIVATION_KERNELS) == defined(HWY_TARGET_TOGGLE)
#ifdef GLIA_WAVE_ACTIVATION_KERNELS
#undef GLIA_WAVE_ACTIVATION_KERNELS
#else
#define GLIA_WAVE_ACTIVATION_KERNELS
#endif

HWY_BEFORE_NAMESPACE();
namespace glia::wave::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// exp(x) = scale (1 + p) for x <= 0, so that exp(x) - 1 = scale p + (scale - 1) keeps its digits.
///
/// Own code rather than Highway's Exp and Expm1: a row of softmax needs nothing above zero, which
/// makes it about three times as fast, and a NaN must come out as a NaN, where theirs give 0: a run
/// that diverged would look like a healthy one.
template <class D, class V = hn::Vec<D>>
HWY_INLINE void exp_parts(D d, V x, V& p, V& scale) {
  using T = hn::TFromD<D>;
  constexpr bool single = sizeof(T) == 4;
  // The smallest power of two is normal: below, exp(x) is 0 to any precision that matters. The
  // order of the operands lets a NaN through.
  x = hn::Max(hn::Set(d, single ? T(-87.3) : T(-708.3)), x);
  const auto binary = hn::Set(d, T(1.44269504088896340736));  // 1 / ln 2
  // As a sum with 1.5 * 2^23 (2^52) and the exponent of 1, whose low bits then hold the exponent of
  // 2^n: a shift makes the number of them.
  const auto magic = hn::Set(d, single ? T(12582912 + 127) : T(6755399441055744.0 + 1023));
  const auto shifted = hn::MulAdd(x, binary, magic);
  const auto n = hn::Sub(shifted, magic);
  const hn::RebindToSigned<D> di;
  const auto bits = hn::BitCast(di, shifted);
  scale = hn::BitCast(d, hn::ShiftLeft < single ? 23 : 52 > (bits));
  if constexpr (single) {  // 2^r - 1 for r in [-0.5, 0.5], minimax within 1e-8
    const auto r = hn::MulSub(x, binary, n);
    auto q = hn::MulAdd(r, hn::Set(d, 1.540351223e-4f), hn::Set(d, 1.339073526e-3f));
    q = hn::MulAdd(q, r, hn::Set(d, 9.618237615e-3f));
    q = hn::MulAdd(q, r, hn::Set(d, 5.550357327e-2f));
    q = hn::MulAdd(q, r, hn::Set(d, 2.402264923e-1f));
    q = hn::MulAdd(q, r, hn::Set(d, 6.931471825e-1f));
    p = hn::Mul(q, r);
  } else {  // Taylor; the last term is below 2^-53 of the sum
    // x - n ln 2, with ln 2 in two parts; r is in [-0.347, 0.347].
    auto r = hn::NegMulAdd(n, hn::Set(d, T(6.93145751953125e-1)), x);
    r = hn::NegMulAdd(n, hn::Set(d, T(1.42860682030941723212e-6)), r);
    auto q = hn::Set(d, T(1.0 / 6227020800.0));
    constexpr double inverse_factorials[] = {
        1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040,
        1.0 / 720,       1.0 / 120,      1.0 / 24,      1.0 / 6,      1.0 / 2};
    for (const double c : inverse_factorials) q = hn::MulAdd(q, r, hn::Set(d, T(c)));
    p = hn::MulAdd(hn::Mul(r, r), q, r);
  }
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V exp_below_zero(D d, V x) {
  V p, scale;
  exp_parts(d, x, p, scale);
  return hn::MulAdd(scale, p, scale);
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE V expm1_below_zero(D d, V x) {
  V p, scale;
  exp_parts(d, x, p, scale);
  return hn::MulAdd(scale, p, hn::Sub(scale, hn::Set(d, hn::TFromD<D>(1))));
}

/// Softmax over the cells of each sample, four vectors of samples at a time where there are so
/// many.
template <int U, class D>
HWY_INLINE void softmax_columns(D d, std::int64_t cells, std::int64_t stride,
                                const hn::TFromD<D>* x, hn::TFromD<D>* y) {
  using T = hn::TFromD<D>;
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  hn::Vec<D> top[U], total[U];
  for (int u = 0; u < U; ++u) top[u] = hn::Load(d, x + u * n);
  for (std::int64_t c = 1; c < cells; ++c) {
    for (int u = 0; u < U; ++u) top[u] = hn::Max(top[u], hn::Load(d, x + c * stride + u * n));
  }
  for (int u = 0; u < U; ++u) total[u] = hn::Zero(d);
  for (std::int64_t c = 0; c < cells; ++c) {
    for (int u = 0; u < U; ++u) {
      const auto e = exp_below_zero(d, hn::Sub(hn::Load(d, x + c * stride + u * n), top[u]));
      total[u] = hn::Add(total[u], e);
      hn::Store(e, d, y + c * stride + u * n);
    }
  }
  for (int u = 0; u < U; ++u) total[u] = hn::Div(hn::Set(d, T(1)), total[u]);
  for (std::int64_t c = 0; c < cells; ++c) {
    for (int u = 0; u < U; ++u) {
      T* at = y + c * stride + u * n;
      hn::Store(hn::Mul(hn::Load(d, at), total[u]), d, at);
    }
  }
}

template <int U, class D>
HWY_INLINE void softmax_columns_backward(D d, std::int64_t cells, std::int64_t stride,
                                         const hn::TFromD<D>* y, const hn::TFromD<D>* dy,
                                         hn::TFromD<D>* dx) {
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  hn::Vec<D> inner[U];
  for (int u = 0; u < U; ++u) inner[u] = hn::Zero(d);
  for (std::int64_t c = 0; c < cells; ++c) {
    for (int u = 0; u < U; ++u) {
      const std::int64_t at = c * stride + u * n;
      inner[u] = hn::MulAdd(hn::Load(d, dy + at), hn::Load(d, y + at), inner[u]);
    }
  }
  for (std::int64_t c = 0; c < cells; ++c) {
    for (int u = 0; u < U; ++u) {
      const std::int64_t at = c * stride + u * n;
      hn::Store(hn::Mul(hn::Load(d, y + at), hn::Sub(hn::Load(d, dy + at), inner[u])), d, dx + at);
    }
  }
}

/// Calls columns(first column, count as a constant) for all columns of vectors.
template <class D, class Columns>
HWY_INLINE void each_column(D d, std::int64_t stride, Columns columns) {
  const auto n = static_cast<std::int64_t>(hn::Lanes(d));
  std::int64_t b = 0;
  for (; b + 4 * n <= stride; b += 4 * n) columns(b, std::integral_constant<int, 4>{});
  for (; b < stride; b += n) columns(b, std::integral_constant<int, 1>{});
}

// phi of one vector, and the gradient of its argument from its value y and dy. Softmax is not among
// them: it needs the whole row.

struct Identity {
  template <class D, class V>
  HWY_INLINE static V value(D, V x) {
    return x;
  }
  template <class D, class V>
  HWY_INLINE static V gradient(D, V, V dy) {
    return dy;
  }
};

struct Tanh {  // with e = exp(-2|x|) - 1: tanh |x| = -e / (e + 2)
  template <class D, class V>
  HWY_INLINE static V value(D d, V x) {
    using T = hn::TFromD<D>;
    const V e = expm1_below_zero(d, hn::Mul(hn::Abs(x), hn::Set(d, T(-2))));
    return hn::CopySign(hn::Div(e, hn::Add(e, hn::Set(d, T(2)))), x);
  }
  template <class D, class V>
  HWY_INLINE static V gradient(D d, V y, V dy) {
    return hn::Mul(dy, hn::NegMulAdd(y, y, hn::Set(d, hn::TFromD<D>(1))));
  }
};

struct Elu {
  template <class D, class V>
  HWY_INLINE static V value(D d, V x) {
    return hn::IfThenElse(hn::Gt(x, hn::Zero(d)), x, expm1_below_zero(d, x));
  }
  template <class D, class V>
  HWY_INLINE static V gradient(D d, V y, V dy) {
    return hn::MulAdd(dy, hn::Min(hn::Zero(d), y), dy);  // the order lets a NaN through
  }
};

struct Relu {
  // Not Max(0, x): a NaN must travel on, or a diverged run would look like a healthy one.
  template <class D, class V>
  HWY_INLINE static V value(D d, V x) {
    return hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Zero(d), x);
  }
  template <class D, class V>
  HWY_INLINE static V gradient(D d, V y, V dy) {  // where y is NaN, so is the gradient
    return hn::IfThenElse(hn::Gt(y, hn::Zero(d)), dy, hn::Mul(y, dy));
  }
};

struct Sigmoid {  // through exp(-|x|), which never overflows
  template <class D, class V>
  HWY_INLINE static V value(D d, V x) {
    const V one = hn::Set(d, hn::TFromD<D>(1));
    const V e = exp_below_zero(d, hn::Neg(hn::Abs(x)));
    const V s = hn::Div(one, hn::Add(one, e));
    return hn::IfThenElse(hn::Lt(x, hn::Zero(d)), hn::Mul(e, s), s);
  }
  template <class D, class V>
  HWY_INLINE static V gradient(D d, V y, V dy) {
    return hn::Mul(hn::Mul(dy, y), hn::Sub(hn::Set(d, hn::TFromD<D>(1)), y));
  }
};

/// Calls visit with the functor of an activation that works number by number.
template <class Visit>
HWY_INLINE void with_activation(FusedActivation activation, Visit visit) {
  switch (activation) {
    case FusedActivation::tanh:
      return visit(Tanh{});
    case FusedActivation::elu:
      return visit(Elu{});
    case FusedActivation::relu:
      return visit(Relu{});
    case FusedActivation::sigmoid:
      return visit(Sigmoid{});
    case FusedActivation::identity:
      return visit(Identity{});
    case FusedActivation::softmax:  // needs the whole row
    case FusedActivation::none:     // a plugin's own code
      break;
  }
  HWY_ABORT("the engine has no such activation of a single number");
}

template <class T>
void activate(FusedActivation activation, std::int64_t cells, std::int64_t stride, const T* x,
              T* y) {
  const hn::CappedTag<T, static_cast<std::size_t>(lanes<T>)> d;
  if (activation == FusedActivation::softmax) {
    return each_column(d, stride, [&](std::int64_t b, auto u) {
      softmax_columns<decltype(u)::value>(d, cells, stride, x + b, y + b);
    });
  }
  with_activation(activation, [&](auto phi) {
    const auto n = static_cast<std::int64_t>(hn::Lanes(d));
    for (std::int64_t i = 0; i < cells * stride; i += n) {
      hn::Store(phi.value(d, hn::Load(d, x + i)), d, y + i);
    }
  });
}

template <class T>
void activate_backward(FusedActivation activation, std::int64_t cells, std::int64_t stride,
                       const T* y, const T* dy, T* dx) {
  const hn::CappedTag<T, static_cast<std::size_t>(lanes<T>)> d;
  if (activation == FusedActivation::softmax) {
    return each_column(d, stride, [&](std::int64_t b, auto u) {
      softmax_columns_backward<decltype(u)::value>(d, cells, stride, y + b, dy + b, dx + b);
    });
  }
  with_activation(activation, [&](auto phi) {
    const auto n = static_cast<std::int64_t>(hn::Lanes(d));
    for (std::int64_t i = 0; i < cells * stride; i += n) {
      hn::Store(phi.gradient(d, hn::Load(d, y + i), hn::Load(d, dy + i)), d, dx + i);
    }
  });
}

}  // namespace
}  // namespace glia::wave::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
