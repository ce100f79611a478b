// SPDX-License-Identifier: MIT
// Included once per instruction set by kernels.cpp (Highway's scheme, hence no #pragma once).
#include "wave/kernels.hpp"

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>

#if defined(GLIA_WAVE_SAMPLING_KERNELS) == defined(HWY_TARGET_TOGGLE)
#ifdef GLIA_WAVE_SAMPLING_KERNELS
#undef GLIA_WAVE_SAMPLING_KERNELS
#else
#define GLIA_WAVE_SAMPLING_KERNELS
#endif

HWY_BEFORE_NAMESPACE();
namespace glia::wave::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// Four numbers of one row: the table's, or mean + deviation * noise.
HWY_INLINE hn::Vec<hn::FixedTag<float, 4>> four(const float* mean, const float* deviation,
                                                const float* noise) {
  const hn::FixedTag<float, 4> d;
  const auto m = hn::LoadU(d, mean);
  return deviation ? hn::MulAdd(hn::LoadU(d, deviation), hn::LoadU(d, noise), m) : m;
}

void gather_rows(std::int64_t samples, std::int64_t width, std::int64_t stride,
                 const std::uint32_t* index, const float* mean, const float* deviation,
                 const float* noise, float* tile) {
  const hn::FixedTag<float, 4> d;
  constexpr std::int64_t ahead = 12;  // samples: the rows lie anywhere, so ask for them in time
  const auto one = [&](std::int64_t s, std::int64_t c) {
    const std::int64_t at = index[s] * stride + c;
    tile[c * tile_samples + s] =
        deviation ? mean[at] + deviation[at] * noise[s * width + c] : mean[at];
  };
  std::int64_t s = 0;
  for (; s + 4 <= samples; s += 4) {
    for (std::int64_t i = s + ahead; i < s + ahead + 4 && i < samples; ++i) {
      const float* const row = mean + index[i] * stride;
      if (stride > width) {  // all that belongs to a sample
        for (std::int64_t c = 0; c < stride; c += 16) hwy::Prefetch(row + c);
        continue;
      }
      for (std::int64_t c = 0; c < width; c += 16) {
        hwy::Prefetch(row + c);
        if (deviation) hwy::Prefetch(deviation + index[i] * stride + c);
      }
    }
    std::int64_t c = 0;
    for (; c + 4 <= width; c += 4) {
      hn::Vec<decltype(d)> r[4];
      for (std::int64_t i = 0; i < 4; ++i) {
        const std::int64_t at = index[s + i] * stride + c;
        r[i] = four(mean + at, deviation ? deviation + at : nullptr, noise + (s + i) * width + c);
      }
      const auto low01 = hn::InterleaveLower(d, r[0], r[1]);
      const auto high01 = hn::InterleaveUpper(d, r[0], r[1]);
      const auto low23 = hn::InterleaveLower(d, r[2], r[3]);
      const auto high23 = hn::InterleaveUpper(d, r[2], r[3]);
      float* to = tile + c * tile_samples + s;
      hn::StoreU(hn::ConcatLowerLower(d, low23, low01), d, to);
      hn::StoreU(hn::ConcatUpperUpper(d, low23, low01), d, to + tile_samples);
      hn::StoreU(hn::ConcatLowerLower(d, high23, high01), d, to + 2 * tile_samples);
      hn::StoreU(hn::ConcatUpperUpper(d, high23, high01), d, to + 3 * tile_samples);
    }
    for (; c < width; ++c) {
      for (std::int64_t i = 0; i < 4; ++i) one(s + i, c);
    }
  }
  for (; s < samples; ++s) {
    for (std::int64_t c = 0; c < width; ++c) one(s, c);
  }
  const std::int64_t vectors = (samples + lanes<float> - 1) / lanes<float> * lanes<float>;
  for (std::int64_t c = 0; c < width && samples < vectors; ++c) {
    std::fill(tile + c * tile_samples + samples, tile + c * tile_samples + vectors, 0.0f);
  }
}

}  // namespace
}  // namespace glia::wave::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
