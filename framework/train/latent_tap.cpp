// SPDX-License-Identifier: MIT
#include "train/latent_tap.hpp"

#include "core/mapping_guard.hpp"
#include "wave/kernels.hpp"
#include "wave/memory.hpp"

#include <glia/sdk/random.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace glia::train {
namespace {

using wave::tile_samples;

/// Calls visit(tile number, its samples).
template <class Visit>
void each_tile(std::span<const std::uint32_t> samples, Visit visit) {
  for (std::size_t first = 0; first < samples.size(); first += tile_samples) {
    const std::size_t count = std::min<std::size_t>(tile_samples, samples.size() - first);
    visit(static_cast<std::int64_t>(first / tile_samples), samples.subspan(first, count));
  }
}

}  // namespace

LatentTap::LatentTap(const EncodedSplit& split, std::uint64_t seed, std::string stream)
    : width_(split.mean.size(1)),
      size_(split.size()),
      stride_(width_),
      mean_(split.mean.data_ptr<float>()),
      deviation_(split.sample && split.deviation.defined() ? split.deviation.data_ptr<float>()
                                                           : nullptr),
      seed_(seed),
      stream_(std::move(stream)) {
  if (split.targets.scalar_type() == at::kLong) {
    labels_ = split.targets.data_ptr<std::int64_t>();
  } else {
    values_ = split.targets.data_ptr<float>();
    target_width_ = split.targets.size(1);
  }
}

void LatentTap::pack() {
  constexpr std::int64_t line = 64 / sizeof(float), most = std::int64_t{64} << 20;
  const std::int64_t stride = (2 * width_ + 1 + line - 1) / line * line;
  if (!deviation_ || !labels_ || packed_ || 4 * size_ * stride > most) return;
  const auto packed = std::make_shared<wave::Memory<float>>(size_ * stride);
  for (std::int64_t s = 0; s < size_; ++s) {
    float* const to = packed->data() + s * stride;
    std::copy_n(mean_ + s * width_, width_, to);
    std::copy_n(deviation_ + s * width_, width_, to + width_);
    to[2 * width_] = std::bit_cast<float>(static_cast<std::int32_t>(labels_[s]));
  }
  require_whole_mappings();
  packed_ = packed;
  stride_ = stride;
  mean_ = packed->data();
  deviation_ = mean_ + width_;
}

void LatentTap::rows(std::span<const std::uint32_t> samples, std::uint64_t key,
                     float* tiles) const {
  RandomStream random(seed_, stream_, key);
  const std::int64_t most = deviation_ ? width_ * tile_samples : 0;
  thread_local wave::Memory<float> noise;  // kept from batch to batch
  if (noise.size() < most) noise = wave::Memory<float>(most);
  each_tile(samples, [&](std::int64_t number, std::span<const std::uint32_t> some) {
    const auto wanted = static_cast<std::size_t>(deviation_ ? width_ : 0) * some.size();
    random.normal(std::span(noise.data(), wanted));
    wave::gather_rows(static_cast<std::int64_t>(some.size()), width_, stride_, some.data(), mean_,
                      deviation_, noise.data(), tiles + number * width_ * tile_samples);
  });
  require_whole_mappings();  // before anybody learns from them
}

void LatentTap::labels(std::span<const std::uint32_t> samples, std::int32_t* out) const {
  if (packed_) {
    for (const std::uint32_t s : samples) {
      *out++ = std::bit_cast<std::int32_t>(mean_[s * stride_ + 2 * width_]);
    }
    return;
  }
  for (const std::uint32_t s : samples) *out++ = static_cast<std::int32_t>(labels_[s]);
}

void LatentTap::values(std::span<const std::uint32_t> samples, float* tiles) const {
  each_tile(samples, [&](std::int64_t number, std::span<const std::uint32_t> some) {
    wave::gather_rows(static_cast<std::int64_t>(some.size()), target_width_, target_width_,
                      some.data(), values_, nullptr, nullptr,
                      tiles + number * target_width_ * tile_samples);
  });
}

}  // namespace glia::train
