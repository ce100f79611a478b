// SPDX-License-Identifier: MIT
#include "random_kernels.hpp"

// Compiled once per instruction set; three of them serve every x86 machine well enough.
#define HWY_DISABLED_TARGETS (HWY_SSE4 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "random_kernels.cpp"
// clang-format off
#include <hwy/foreach_target.h>  // before anything of Highway
// clang-format on
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace glia::random_kernels::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// Sixteen blocks side by side, so that a chunk is the same whatever the width of a vector.
using D32 = hn::CappedTag<std::uint32_t, 16>;
using V32 = hn::Vec<D32>;

/// High and low halves of the products of all lanes with `factor`.
HWY_INLINE void multiply(V32 x, V32 factor, V32& high, V32& low) {
  const D32 d;
  const hn::RepartitionToWide<D32> wide;
  const auto even = hn::MulEven(x, factor);
  const auto odd = hn::MulEven(hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(wide, x))), factor);
  low = hn::OddEven(hn::BitCast(d, hn::ShiftLeft<32>(odd)), hn::BitCast(d, even));
  high = hn::OddEven(hn::BitCast(d, odd), hn::BitCast(d, hn::ShiftRight<32>(even)));
}

/// The four words of the blocks `counter` + lane.
HWY_INLINE void philox(std::uint64_t key, std::uint64_t message, std::uint64_t counter, V32& x0,
                       V32& x1, V32& x2, V32& x3) {
  const D32 d;
  // A chunk starts at a multiple of 16 or close to it: the carry is worked out lane by lane.
  const auto base = static_cast<std::uint32_t>(counter);
  x0 = hn::Add(hn::Set(d, base), hn::Iota(d, 0));
  const auto high = hn::Set(d, static_cast<std::uint32_t>(counter >> 32));
  x1 = hn::IfThenElse(hn::Lt(x0, hn::Set(d, base)), hn::Add(high, hn::Set(d, 1)), high);
  x2 = hn::Set(d, static_cast<std::uint32_t>(message));
  x3 = hn::Set(d, static_cast<std::uint32_t>(message >> 32));
  auto k0 = static_cast<std::uint32_t>(key), k1 = static_cast<std::uint32_t>(key >> 32);
  const auto m0 = hn::Set(d, 0xD2511F53u), m1 = hn::Set(d, 0xCD9E8D57u);
  for (int round = 0; round < 10; ++round) {
    V32 high0, low0, high1, low1;
    multiply(x0, m0, high0, low0);
    multiply(x2, m1, high1, low1);
    x0 = hn::Xor(hn::Xor(high1, x1), hn::Set(d, k0));
    x2 = hn::Xor(hn::Xor(high0, x3), hn::Set(d, k1));
    x1 = low1;
    x3 = low0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
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

/// Sine and cosine of 2 pi u for u in [0, 1): to a quarter turn, then polynomials (Cephes sinf,
/// cosf). Highway's Sin and Cos reduce any argument and cost several times as much.
template <class DF, class VF = hn::Vec<DF>>
HWY_INLINE void sine_cosine(DF d, VF u, VF& sine, VF& cosine) {
  const hn::RebindToSigned<DF> di;
  const auto quarter = hn::Round(hn::Mul(u, hn::Set(d, 4.0f)));
  const auto x = hn::Mul(hn::NegMulAdd(quarter, hn::Set(d, 0.25f), u),
                         hn::Set(d, 6.283185307179586f));  // in [-pi/4, pi/4]
  const auto x2 = hn::Mul(x, x);
  auto s = hn::MulAdd(x2, hn::Set(d, -1.9515295891e-4f), hn::Set(d, 8.3321608736e-3f));
  s = hn::MulAdd(s, x2, hn::Set(d, -1.6666654611e-1f));
  s = hn::MulAdd(hn::Mul(s, x2), x, x);
  auto c = hn::MulAdd(x2, hn::Set(d, 2.443315711809948e-5f), hn::Set(d, -1.388731625493765e-3f));
  c = hn::MulAdd(c, x2, hn::Set(d, 4.166664568298827e-2f));
  c = hn::MulAdd(hn::Mul(c, x2), x2, hn::NegMulAdd(x2, hn::Set(d, 0.5f), hn::Set(d, 1.0f)));
  const auto turns = hn::ConvertTo(di, quarter);
  const auto one = hn::Set(di, 1);
  const auto swap = hn::RebindMask(d, hn::Eq(hn::And(turns, one), one));
  const auto sign_s = hn::ShiftLeft<30>(hn::And(turns, hn::Set(di, 2)));
  const auto sign_c = hn::ShiftLeft<30>(hn::And(hn::Add(turns, one), hn::Set(di, 2)));
  sine = hn::Xor(hn::IfThenElse(swap, c, s), hn::BitCast(d, sign_s));
  cosine = hn::Xor(hn::IfThenElse(swap, s, c), hn::BitCast(d, sign_c));
}

/// Box-Muller: u1 is in (0, 1], so the logarithm is finite.
template <class DF, class VF = hn::Vec<DF>>
HWY_INLINE void normal_pair(DF d, V32 a, V32 b, VF& n0, VF& n1) {
  const hn::RebindToSigned<DF> di;
  const auto unit = hn::Set(d, 0x1p-24f);
  const auto i1 = hn::ConvertTo(d, hn::BitCast(di, hn::ShiftRight<8>(a)));
  const auto i2 = hn::ConvertTo(d, hn::BitCast(di, hn::ShiftRight<8>(b)));
  const auto u1 = hn::Mul(hn::Add(i1, hn::Set(d, 1.0f)), unit);
  const auto radius = hn::Sqrt(hn::Mul(hn::Set(d, -2.0f), hn::Log(d, u1)));
  VF s, c;
  sine_cosine(d, hn::Mul(i2, unit), s, c);
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
  const auto round_trip = [&](V32 x) {
    for (int r = 0; r < 6; ++r) {
      x = hn::And(hn::Mul(hn::Add(x, hn::Set(d, key[2 * r])), hn::Set(d, key[2 * r + 1] | 1u)),
                  mask);
      x = hn::Xor(x, hn::ShiftRightSame(x, shift));
    }
    return x;
  };
  alignas(64) std::uint32_t buffer[16];
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    // Lanes past the end repeat the last position: they must walk inside the domain too.
    const auto last = hn::Set(d, static_cast<std::uint32_t>(first + count - 1));
    auto x =
        hn::Min(hn::Add(hn::Set(d, static_cast<std::uint32_t>(first + i)), hn::Iota(d, 0)), last);
    x = round_trip(x);
    for (;;) {
      const auto outside = hn::Not(hn::Lt(x, limit));
      if (hn::AllFalse(d, outside)) break;
      x = hn::IfThenElse(outside, round_trip(x), x);
    }
    hn::Store(x, d, buffer);
    for (std::size_t l = 0; l < hn::Lanes(d) && i + l < count; ++l) out[i + l] = buffer[l];
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
