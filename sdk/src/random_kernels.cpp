// SPDX-License-Identifier: MIT
#include "random_kernels.hpp"

#include <algorithm>

// Compiled once per instruction set; three of them serve every x86 machine well enough.
#define HWY_DISABLED_TARGETS (HWY_SSE4 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "random_kernels.cpp"
// clang-format off
#include <hwy/foreach_target.h>  // before anything of Highway
// clang-format on
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace glia::random_kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// Sixteen blocks side by side, so that a chunk is the same whatever the width of a vector.
using D32 = hn::CappedTag<std::uint32_t, 16>;
using V32 = hn::Vec<D32>;
using D64 = hn::RepartitionToWide<D32>;
using V64 = hn::Vec<D64>;

/// Products of the low halves.
HWY_INLINE V64 multiply(V64 x, V64 factor) {
  const D32 d;
  return hn::MulEven(hn::BitCast(d, x), hn::BitCast(d, factor));
}

/// Word w of every other block, in the low half of lane i of x[w]; the high halves hold whatever was
/// left there, so that nothing need be masked.
struct Blocks {
  V64 x[4];

  HWY_INLINE Blocks(std::uint64_t message, std::uint64_t first) {
    const D64 d;
    const auto lane = hn::Iota(d, 0);
    x[0] = hn::Add(hn::Set(d, first), hn::Add(lane, lane));  // the block's counter
    x[1] = hn::ShiftRight<32>(x[0]);
    x[2] = hn::Set(d, message);
    x[3] = hn::Set(d, message >> 32);
  }

  HWY_INLINE void round(V64 k0, V64 k1) {
    const D64 d;
    const V64 p0 = multiply(x[0], hn::Set(d, 0xD2511F53u));
    const V64 p1 = multiply(x[2], hn::Set(d, 0xCD9E8D57u));
    x[0] = hn::Xor3(hn::ShiftRight<32>(p1), x[1], k0);
    x[2] = hn::Xor3(hn::ShiftRight<32>(p0), x[3], k1);
    x[1] = p1;
    x[3] = p0;
  }
};

/// The four words of the blocks `counter` + lane.
HWY_INLINE void philox(std::uint64_t key, std::uint64_t message, std::uint64_t counter, V32& x0,
                       V32& x1, V32& x2, V32& x3) {
  const D32 d;
  const D64 wide;
  Blocks even(message, counter), odd(message, counter + 1);
  auto k0 = static_cast<std::uint32_t>(key), k1 = static_cast<std::uint32_t>(key >> 32);
  for (int round = 0; round < 10; ++round) {
    const auto v0 = hn::Set(wide, std::uint64_t{k0}), v1 = hn::Set(wide, std::uint64_t{k1});
    even.round(v0, v1);
    odd.round(v0, v1);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  const auto join = [&](V64 low, V64 high) {
    return hn::OddEven(hn::BitCast(d, hn::ShiftLeft<32>(high)), hn::BitCast(d, low));
  };
  x0 = join(even.x[0], odd.x[0]);
  x1 = join(even.x[1], odd.x[1]);
  x2 = join(even.x[2], odd.x[2]);
  x3 = join(even.x[3], odd.x[3]);
}

void words(std::uint64_t key, std::uint64_t message, std::uint64_t counter, std::uint32_t* out) {
  const D32 d;
  for (std::size_t lane = 0; lane < 16; lane += hn::Lanes(d)) {
    V32 x0, x1, x2, x3;
    philox(key, message, counter + lane, x0, x1, x2, x3);
    hn::StoreU(x0, d, out + lane);
    hn::StoreU(x1, d, out + 16 + lane);
    hn::StoreU(x2, d, out + 32 + lane);
    hn::StoreU(x3, d, out + 48 + lane);
  }
}

/// Sine and cosine of 2 pi u for u in [0, 1): to a quarter turn, then minimax polynomials. Highway's
/// Sin and Cos reduce any argument and cost several times as much.
template <class DF, class VF = hn::Vec<DF>>
HWY_INLINE void sine_cosine(DF d, VF u, VF& sine, VF& cosine) {
  const hn::RebindToUnsigned<DF> di;
  // As a sum with 1.5 * 2^23, whose low bits are the number of quarter turns.
  const auto four = hn::Set(d, 4.0f), magic = hn::Set(d, 12582912.0f);
  const auto shifted = hn::MulAdd(u, four, magic);
  const auto x = hn::MulSub(u, four, hn::Sub(shifted, magic));  // of a quarter turn, at most half
  const auto x2 = hn::Mul(x, x);
  auto s = hn::MulAdd(x2, hn::Set(d, -4.601657856e-3f), hn::Set(d, 7.968003303e-2f));
  s = hn::MulAdd(s, x2, hn::Set(d, -6.4596349e-1f));
  s = hn::Mul(hn::MulAdd(s, x2, hn::Set(d, 1.570796371f)), x);
  auto c = hn::MulAdd(x2, hn::Set(d, -2.040835284e-2f), hn::Set(d, 2.535986304e-1f));
  c = hn::MulAdd(c, x2, hn::Set(d, -1.233697057f));
  c = hn::MulAdd(c, x2, hn::Set(d, 1.0f));
  const auto turns = hn::BitCast(di, shifted);
  const auto swap = hn::RebindMask(d, hn::TestBit(turns, hn::Set(di, 1)));
  const auto half = hn::Set(di, 2);
  const auto sign_s = hn::ShiftLeft<30>(hn::And(turns, half));
  const auto sign_c = hn::ShiftLeft<30>(hn::And(hn::Add(turns, hn::Set(di, 1)), half));
  sine = hn::Xor(hn::IfThenElse(swap, c, s), hn::BitCast(d, sign_s));
  cosine = hn::Xor(hn::IfThenElse(swap, s, c), hn::BitCast(d, sign_c));
}

/// -2 log(n / 2^24) for whole n in 1 .. 2^24: by the exponent and a minimax polynomial within 2e-8 of
/// its size. Highway's Log divides, and asks for zeros and subnormals.
template <class DF, class VF = hn::Vec<DF>>
HWY_INLINE VF minus_two_log(DF d, VF n) {
  const hn::RebindToSigned<DF> di;
  const auto bits = hn::BitCast(di, n);
  const auto root = hn::Set(di, 0x3f3504f3);  // sqrt(0.5): n = m 2^e, m in [sqrt(0.5), sqrt(2))
  const auto e = hn::ShiftRight<23>(hn::Sub(bits, root));
  const auto m = hn::BitCast(d, hn::Sub(bits, hn::ShiftLeft<23>(e)));
  const auto f = hn::Sub(m, hn::Set(d, 1.0f));
  const auto f2 = hn::Mul(f, f);
  auto p = hn::MulAdd(f, hn::Set(d, -1.7400872708e-1f), hn::Set(d, 2.853497286e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, -2.982953488e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, 3.315517008e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, -3.99261266e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, 5.000267624e-1f));
  p = hn::MulAdd(p, f, hn::Set(d, -6.666781902e-1f));
  // Near 1, where e is 24, nothing is lost: the sum starts with -2 f.
  const auto whole = hn::ConvertTo(d, hn::Sub(e, hn::Set(di, 24)));
  const auto low =
      hn::MulAdd(whole, hn::Set(d, -1.386294361119891f), hn::Mul(hn::Set(d, -2.0f), f));
  return hn::MulAdd(f2, hn::MulAdd(p, f, hn::Set(d, 1.0f)), low);
}

/// Box-Muller: the logarithm is of a number in (0, 1], so it is finite.
template <class DF, class VF = hn::Vec<DF>>
HWY_INLINE void normal_pair(DF d, V32 a, V32 b, VF& n0, VF& n1) {
  const hn::RebindToSigned<DF> di;
  const auto i1 = hn::ConvertTo(d, hn::BitCast(di, hn::ShiftRight<8>(a)));
  const auto i2 = hn::ConvertTo(d, hn::BitCast(di, hn::ShiftRight<8>(b)));
  const auto radius = hn::Sqrt(minus_two_log(d, hn::Add(i1, hn::Set(d, 1.0f))));
  VF s, c;  // NOLINT(cppcoreguidelines-pro-type-member-init): vectors without a zero of their own
  sine_cosine(d, hn::Mul(i2, hn::Set(d, 0x1p-24f)), s, c);
  n0 = hn::Mul(radius, c);
  n1 = hn::Mul(radius, s);
}

void normals(std::uint64_t key, std::uint64_t message, std::uint64_t counter, std::size_t chunks,
             float* out) {
  const D32 d;
  const hn::RebindToFloat<D32> df;
  for (std::size_t c = 0; c < chunks; ++c, out += chunk, counter += 16) {
    for (std::size_t lane = 0; lane < 16; lane += hn::Lanes(d)) {
      V32 x0, x1, x2, x3;
      philox(key, message, counter + lane, x0, x1, x2, x3);
      hn::Vec<decltype(df)> n0, n1, n2, n3;
      normal_pair(df, x0, x1, n0, n1);
      normal_pair(df, x2, x3, n2, n3);
      hn::StoreU(n0, df, out + lane);
      hn::StoreU(n1, df, out + 16 + lane);
      hn::StoreU(n2, df, out + 32 + lane);
      hn::StoreU(n3, df, out + 48 + lane);
    }
  }
}

void permute(const std::uint32_t (&key)[12], std::uint32_t n, std::uint32_t first,
             std::size_t count, std::uint32_t* out) {
  const D32 d;
  // At least 4 bits, so that the rounds have something to mix.
  const int bits = n <= 16 ? 4 : 32 - __builtin_clz(n - 1);
  const auto mask = hn::Set(d, bits == 32 ? ~0u : (1u << bits) - 1);
  const auto limit = hn::Set(d, n);
  const int shift = (bits + 1) / 2;
  // Several vectors side by side: a round waits for its product.
  constexpr std::size_t at_once = 4;
  const auto round_trip = [&](V32(&x)[at_once]) {
    for (int r = 0; r < 6; ++r) {
      const auto add = hn::Set(d, key[2 * r]), factor = hn::Set(d, key[2 * r + 1] | 1u);
      for (V32& v : x) {
        v = hn::And(hn::Mul(hn::Add(v, add), factor), mask);
        v = hn::Xor(v, hn::ShiftRightSame(v, shift));
      }
    }
  };
  const auto lane = hn::Iota(d, 0);
  // Lanes past the end repeat the last position: they must walk inside the domain too.
  const auto last = hn::Set(d, static_cast<std::uint32_t>(first + count - 1));
  alignas(64) std::uint32_t buffer[at_once * 16];
  for (std::size_t i = 0; i < count; i += at_once * hn::Lanes(d)) {
    V32 x[at_once], again[at_once];
    for (std::size_t u = 0; u < at_once; ++u) {
      const auto place = static_cast<std::uint32_t>(first + i + u * hn::Lanes(d));
      x[u] = hn::Min(hn::Add(hn::Set(d, place), lane), last);
    }
    round_trip(x);
    for (;;) {
      auto outside = hn::Not(hn::Lt(x[0], limit));
      for (std::size_t u = 1; u < at_once; ++u) {
        outside = hn::Or(outside, hn::Not(hn::Lt(x[u], limit)));
      }
      if (hn::AllFalse(d, outside)) break;
      std::copy_n(x, at_once, again);
      round_trip(again);
      for (std::size_t u = 0; u < at_once; ++u) {
        x[u] = hn::IfThenElse(hn::Lt(x[u], limit), x[u], again[u]);
      }
    }
    for (std::size_t u = 0; u < at_once; ++u) hn::Store(x[u], d, buffer + u * hn::Lanes(d));
    std::copy_n(buffer, std::min(at_once * hn::Lanes(d), count - i), out + i);
  }
}

}  // namespace
}  // namespace glia::random_kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace glia::random_kernels {

HWY_EXPORT(words);
HWY_EXPORT(normals);
HWY_EXPORT(permute);

void words(std::uint64_t key, std::uint64_t message, std::uint64_t counter, std::uint32_t* out) {
  HWY_DYNAMIC_DISPATCH(words)(key, message, counter, out);
}

void normals(std::uint64_t key, std::uint64_t message, std::uint64_t counter, std::size_t chunks,
             float* out) {
  HWY_DYNAMIC_DISPATCH(normals)(key, message, counter, chunks, out);
}

void permute(const std::uint32_t (&key)[12], std::uint32_t n, std::uint32_t first,
             std::size_t count, std::uint32_t* out) {
  HWY_DYNAMIC_DISPATCH(permute)(key, n, first, count, out);
}

}  // namespace glia::random_kernels
#endif
