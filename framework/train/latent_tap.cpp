// SPDX-License-Identifier: MIT
#include "train/latent_tap.hpp"

#include "wave/kernels.hpp"

#include <glia/sdk/random.hpp>

#include <torch/types.h>

#include <algorithm>
#include <utility>

namespace glia::train {
namespace {

using wave::tile_samples;

/// Numbers of the row-major `table` [n, width] of `samples` as a tile, zeros beyond the last one.
void gather(std::span<const std::uint32_t> samples, const float* table, std::int64_t width,
            float* tile) {
  for (std::size_t s = 0; s < samples.size(); ++s) {
    const float* row = table + static_cast<std::int64_t>(samples[s]) * width;
    for (std::int64_t c = 0; c < width; ++c)
      tile[c * tile_samples + static_cast<std::int64_t>(s)] = row[c];
  }
  for (std::int64_t c = 0; c < width; ++c) {
    std::fill(tile + c * tile_samples + samples.size(), tile + (c + 1) * tile_samples, 0.0f);
  }
}

/// tile = mean + deviation * tile, where the tile holds normals.
void scale(std::span<const std::uint32_t> samples, const float* mean, const float* deviation,
           std::int64_t width, float* tile) {
  constexpr std::size_t ahead = 12;  // samples: the rows lie anywhere, so ask for them in time
  for (std::size_t s = 0; s < samples.size(); ++s) {
    if (s + ahead < samples.size()) {
      const std::int64_t next = static_cast<std::int64_t>(samples[s + ahead]) * width;
      for (std::int64_t c = 0; c < width; c += 16) {
        __builtin_prefetch(mean + next + c);
        __builtin_prefetch(deviation + next + c);
      }
    }
    const std::int64_t at = static_cast<std::int64_t>(samples[s]) * width;
    float* column = tile + s;
    for (std::int64_t c = 0; c < width; ++c) {
      float& x = column[c * tile_samples];
      x = mean[at + c] + deviation[at + c] * x;
    }
  }
  for (std::int64_t c = 0; c < width && samples.size() < tile_samples; ++c) {
    std::fill(tile + c * tile_samples + samples.size(), tile + (c + 1) * tile_samples, 0.0f);
  }
}

/// Calls visit(tile number, its samples).
template <class Visit>
void each_tile(std::span<const std::uint32_t> samples, Visit visit) {
  for (std::size_t first = 0; first < samples.size(); first += tile_samples) {
    const std::size_t count = std::min<std::size_t>(tile_samples, samples.size() - first);
    visit(static_cast<std::int64_t>(first / tile_samples), samples.subspan(first, count));
  }
}

}  // namespace

LatentTap::LatentTap(const EncodedSplit& split, bool sample, std::uint64_t seed, std::string stream)
    : width_(split.mean.size(1)),
      size_(split.size()),
      mean_(split.mean.data_ptr<float>()),
      deviation_(sample && split.deviation.defined() ? split.deviation.data_ptr<float>() : nullptr),
      seed_(seed),
      stream_(std::move(stream)) {
  if (split.targets.scalar_type() == at::kLong) {
    labels_ = split.targets.data_ptr<std::int64_t>();
  } else {
    values_ = split.targets.data_ptr<float>();
    target_width_ = split.targets.size(1);
  }
}

void LatentTap::rows(std::span<const std::uint32_t> samples, std::uint64_t key,
                     float* tiles) const {
  RandomStream random(seed_, stream_, key);
  each_tile(samples, [&](std::int64_t number, std::span<const std::uint32_t> some) {
    float* tile = tiles + number * width_ * tile_samples;
    if (!deviation_) return gather(some, mean_, width_, tile);
    random.normal({tile, static_cast<std::size_t>(width_ * tile_samples)});
    scale(some, mean_, deviation_, width_, tile);
  });
}

void LatentTap::labels(std::span<const std::uint32_t> samples, std::int32_t* out) const {
  for (const std::uint32_t s : samples) *out++ = static_cast<std::int32_t>(labels_[s]);
}

void LatentTap::values(std::span<const std::uint32_t> samples, float* tiles) const {
  each_tile(samples, [&](std::int64_t number, std::span<const std::uint32_t> some) {
    gather(some, values_, target_width_, tiles + number * target_width_ * tile_samples);
  });
}

}  // namespace glia::train
