// SPDX-License-Identifier: MIT
#pragma once

#include "train/encoding.hpp"
#include "wave/memory.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace glia::train {

/// Latent rows on tap: draws the samples of a batch from a split that was encoded once, in the
/// engine's layout. The only place that reads latents, so every network hears the same samples.
/// [const, thread-safe]
class LatentTap {
 public:
  /// `split` must outlive the tap. `stream` names the draws ("latent/train").
  LatentTap(const EncodedSplit& split, std::uint64_t seed, std::string stream);

  /// Lays all that belongs to a sample side by side in memory of its own, for who reads in random order: three
  /// cache lines of 20 latents instead of five. The same numbers, of a split that stays as it is from now
  /// on. Does nothing where that would take more than 64 MB.
  void pack();

  std::int64_t width() const { return width_; }
  std::int64_t size() const { return size_; }

  /// Writes the rows of `samples` as tiles [tiles][z][tile_samples], zeros beyond the last one up to
  /// whole vectors (wave::lanes): fresh draws mean + deviation * eps keyed by `key`, or the means.
  void rows(std::span<const std::uint32_t> samples, std::uint64_t key, float* tiles) const;

  /// The labels of `samples`; only for targets that are labels.
  void labels(std::span<const std::uint32_t> samples, std::int32_t* out) const;
  /// The real-valued targets of `samples` as tiles [tiles][target_width][tile_samples].
  void values(std::span<const std::uint32_t> samples, float* tiles) const;

 private:
  std::int64_t width_, size_;
  std::int64_t stride_;  // from sample to sample
  // By sample: mean, deviation, label, up to a multiple of a cache line.
  std::shared_ptr<const wave::Memory<float>> packed_;
  const float* mean_;
  const float* deviation_;  // null: the mean is the code
  const std::int64_t* labels_ = nullptr;
  const float* values_ = nullptr;
  std::int64_t target_width_ = 0;
  std::uint64_t seed_;
  std::string stream_;
};

}  // namespace glia::train
