// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace glia {

/// A stream of random numbers that is a pure function of its key: no hidden state, no global
/// generator, the same numbers whatever thread asks for them and in whatever order messages run.
///
/// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): block i
/// of stream (key, message) is a bijection of the counter (i, message) under the key. Spans are
/// filled in vector arithmetic, 64 numbers at a time.
///
/// [not thread-safe; streams are cheap, make one per use]
class GLIA_API RandomStream {
 public:
  /// `seed` of the run, `node` that draws (with its purpose, e.g. "latent/sample"), `message`
  /// number.
  RandomStream(std::uint64_t seed, std::string_view node, std::uint64_t message);

  /// A stream of its own for one of several purposes within this one; wherever this one stands.
  RandomStream fork(std::uint64_t purpose) const;
  /// Goes to chunk `number` of 64 numbers, as the span functions draw them.
  void seek(std::uint64_t number);

  /// The next 32 random bits.
  std::uint32_t bits();
  /// Uniform on [0, 1), 24 bits of resolution.
  float uniform();
  /// Uniform on {0, ..., bound - 1} without bias. `bound` >= 1.
  std::uint64_t below(std::uint64_t bound);

  /// Standard normals (Box-Muller); consumes whole chunks of 64.
  void normal(std::span<float> out);
  void normal(std::span<double> out);
  /// Uniform on [low, high); consumes whole chunks of 64.
  void uniform(std::span<float> out, float low, float high);
  void uniform(std::span<double> out, double low, double high);
  /// A random order of 0 .. out.size() - 1 (at most 2^32 of them).
  void permutation(std::span<std::int64_t> out);

 private:
  std::array<std::uint32_t, 4> block();
  template <class T>
  void fill_uniform(std::span<T> out, T low, T high);

  std::uint64_t key_;
  std::uint64_t message_;
  std::uint64_t counter_ = 0;
  std::array<std::uint32_t, 4> buffer_{};
  unsigned used_ = 4;
};

}  // namespace glia
