// SPDX-License-Identifier: MIT
#include "random_kernels.hpp"

#include <glia/sdk/permutation.hpp>
#include <glia/sdk/random.hpp>

#include <algorithm>
#include <cstddef>

namespace glia {
namespace {

std::uint64_t finalise(std::uint64_t h) {
  h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
  h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
  return h ^ (h >> 31);
}

/// FNV-1a, then the finaliser of SplitMix64: spreads (seed, node) over all key bits.
std::uint64_t mix_key(std::uint64_t seed, std::string_view node) {
  std::uint64_t h = 0xcbf29ce484222325u ^ seed;
  for (const char c : node) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return finalise(h + 0x9e3779b97f4a7c15u * (seed + 1));
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

RandomStream RandomStream::fork(std::uint64_t purpose) const {
  RandomStream other = *this;
  other.key_ = finalise(key_ + 0x9e3779b97f4a7c15u * (purpose + 1));
  other.counter_ = 0;
  other.used_ = 4;
  return other;
}

void RandomStream::seek(std::uint64_t number) {
  counter_ = number * (random_kernels::chunk / 4);
  used_ = 4;
}

void RandomStream::normal(std::span<float> out) {
  const std::size_t whole = out.size() / random_kernels::chunk;
  random_kernels::normals(key_, message_, counter_, whole, out.data());
  counter_ += whole * (random_kernels::chunk / 4);
  const auto rest = out.subspan(whole * random_kernels::chunk);
  if (rest.empty()) return;
  float last[random_kernels::chunk];
  random_kernels::normals(key_, message_, counter_, 1, last);
  counter_ += random_kernels::chunk / 4;
  std::copy_n(last, rest.size(), rest.begin());
}

void RandomStream::normal(std::span<double> out) {
  float some[random_kernels::chunk];
  for (std::size_t i = 0; i < out.size(); i += random_kernels::chunk) {
    normal(std::span<float>(some));
    std::copy_n(some, std::min(random_kernels::chunk, out.size() - i), out.begin() + i);
  }
}

template <class T>
void RandomStream::fill_uniform(std::span<T> out, T low, T high) {
  std::uint32_t some[random_kernels::chunk];
  for (std::size_t i = 0; i < out.size(); i += random_kernels::chunk) {
    random_kernels::words(key_, message_, counter_, some);
    counter_ += random_kernels::chunk / 4;
    const std::size_t n = std::min(random_kernels::chunk, out.size() - i);
    for (std::size_t k = 0; k < n; ++k) {
      out[i + k] = low + (high - low) * (static_cast<T>(some[k] >> 8) * static_cast<T>(0x1p-24));
    }
  }
}

void RandomStream::uniform(std::span<float> out, float low, float high) {
  fill_uniform(out, low, high);
}

void RandomStream::uniform(std::span<double> out, double low, double high) {
  fill_uniform(out, low, high);
}

void RandomStream::permutation(std::span<std::int64_t> out) {
  const Permutation order(static_cast<std::uint32_t>(out.size()), *this);
  std::uint32_t some[random_kernels::chunk];
  for (std::size_t i = 0; i < out.size(); i += random_kernels::chunk) {
    const std::size_t n = std::min(random_kernels::chunk, out.size() - i);
    order.read(static_cast<std::uint32_t>(i), std::span(some, n));
    std::copy_n(some, n, out.begin() + i);
  }
  counter_ += 3;
}

Permutation::Permutation(std::uint32_t n, RandomStream stream) : n_(n) {
  for (auto& word : key_) word = stream.bits();
}

void Permutation::read(std::uint32_t first, std::span<std::uint32_t> out) const {
  if (!out.empty()) random_kernels::permute(key_, n_, first, out.size(), out.data());
}

}  // namespace glia
