// SPDX-License-Identifier: MIT
#include <glia/sdk/random.hpp>

#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>
#include <utility>

namespace glia {
namespace {

/// FNV-1a, then the finaliser of SplitMix64: spreads (seed, node) over all key bits.
std::uint64_t mix_key(std::uint64_t seed, std::string_view node) {
  std::uint64_t h = 0xcbf29ce484222325u ^ seed;
  for (const char c : node) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  h += 0x9e3779b97f4a7c15u * (seed + 1);
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
  h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
  return h ^ (h >> 31);
}

/// Box-Muller on two 32-bit words; u1 is in (0, 1], so the logarithm is finite.
std::pair<float, float> normal_pair(std::uint32_t a, std::uint32_t b) {
  const float u1 = (static_cast<float>(a >> 8) + 1.0f) * 0x1p-24f;
  const float angle = 2.0f * std::numbers::pi_v<float> * (static_cast<float>(b >> 8) * 0x1p-24f);
  const float radius = std::sqrt(-2.0f * std::log(u1));
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::string_view node, std::uint64_t message)
    : key_(mix_key(seed, node)), message_(message) {}

std::array<std::uint32_t, 4> RandomStream::block() {
  std::uint32_t k0 = static_cast<std::uint32_t>(key_), k1 = static_cast<std::uint32_t>(key_ >> 32);
  std::array<std::uint32_t, 4> x = {
      static_cast<std::uint32_t>(counter_), static_cast<std::uint32_t>(counter_ >> 32),
      static_cast<std::uint32_t>(message_), static_cast<std::uint32_t>(message_ >> 32)};
  ++counter_;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * x[0];
    const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * x[2];
    x = {static_cast<std::uint32_t>(p1 >> 32) ^ x[1] ^ k0, static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ x[3] ^ k1, static_cast<std::uint32_t>(p0)};
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return x;
}

std::uint32_t RandomStream::bits() {
  if (used_ == 4) {
    buffer_ = block();
    used_ = 0;
  }
  return buffer_[used_++];
}

float RandomStream::uniform() { return static_cast<float>(bits() >> 8) * 0x1p-24f; }

std::uint64_t RandomStream::below(std::uint64_t bound) {
  // Rejection on the smallest enclosing power of two: exact for every bound.
  const std::uint64_t mask = bound <= 1 ? 0 : ~std::uint64_t{0} >> __builtin_clzll(bound - 1);
  for (;;) {
    std::uint64_t draw = bits();
    if (mask >> 32) draw |= std::uint64_t{bits()} << 32;
    draw &= mask;
    if (draw < bound) return draw;
  }
}

void RandomStream::normal(std::span<float> out) {
  for (std::size_t i = 0; i < out.size(); i += 4) {
    const auto x = block();
    const auto [a, b] = normal_pair(x[0], x[1]);
    const auto [c, d] = normal_pair(x[2], x[3]);
    const float four[4] = {a, b, c, d};
    for (std::size_t k = 0; k < 4 && i + k < out.size(); ++k) out[i + k] = four[k];
  }
}

void RandomStream::normal(std::span<double> out) {
  std::array<float, 4> four{};
  for (std::size_t i = 0; i < out.size(); i += 4) {
    normal(std::span<float>(four));
    for (std::size_t k = 0; k < 4 && i + k < out.size(); ++k) out[i + k] = double{four[k]};
  }
}

void RandomStream::uniform(std::span<float> out, float low, float high) {
  for (float& x : out) x = low + (high - low) * uniform();
}

void RandomStream::uniform(std::span<double> out, double low, double high) {
  for (double& x : out) x = low + (high - low) * double{uniform()};
}

void RandomStream::permutation(std::span<std::int64_t> out) {
  std::iota(out.begin(), out.end(), std::int64_t{0});
  for (std::size_t i = out.size(); i > 1; --i) std::swap(out[i - 1], out[below(i)]);
}

}  // namespace glia
