// SPDX-License-Identifier: MIT
#include "train/latent_tap.hpp"

#include "catch.hpp"
#include "wave/kernels.hpp"

#include <glia/sdk/random.hpp>

#include <ATen/ATen.h>

#include <numeric>
#include <span>
#include <vector>

using namespace glia;

namespace {

constexpr std::size_t tile = wave::tile_samples;

train::EncodedSplit split_of(std::int64_t n, std::int64_t width) {
  train::EncodedSplit split{at::empty({n, width}), at::empty({n, width}),
                            at::empty({n}, at::kLong)};
  RandomStream random(4, "split", 0);
  random.normal(std::span(split.mean.data_ptr<float>(), static_cast<std::size_t>(n * width)));
  random.uniform(std::span(split.deviation.data_ptr<float>(), static_cast<std::size_t>(n * width)),
                 0.1f, 0.5f);
  for (std::int64_t i = 0; i < n; ++i) split.targets.data_ptr<std::int64_t>()[i] = i % 7;
  return split;
}

}  // namespace

TEST_CASE("a tap draws mean plus deviation times a normal, sample by sample") {
  for (const std::int64_t width : {1, 3, 4, 20, 33}) {
    const auto split = split_of(300, width);
    for (const std::size_t count : {1u, 5u, 63u, 64u, 128u, 130u}) {
      const train::LatentTap tap(split, 1, "latent/train");
      std::vector<std::uint32_t> samples(count);
      for (std::size_t i = 0; i < count; ++i) samples[i] = static_cast<std::uint32_t>(i * 97 % 300);
      const std::size_t tiles = (count + tile - 1) / tile;
      std::vector<float> out(tiles * static_cast<std::size_t>(width) * tile, -1.0f);
      tap.rows(samples, 42, out.data());
      RandomStream random(1, "latent/train", 42);
      INFO(width << " features, " << count << " samples");
      for (std::size_t t = 0; t < tiles; ++t) {
        std::vector<float> noise(static_cast<std::size_t>(width) * tile);
        random.normal(noise);
        for (std::int64_t c = 0; c < width; ++c) {
          for (std::size_t s = 0; s < tile; ++s) {
            const float found =
                out[(t * static_cast<std::size_t>(width) + static_cast<std::size_t>(c)) * tile + s];
            if (t * tile + s >= count) {
              const bool in_vector = s < (count - t * tile + 15) / 16 * 16;
              REQUIRE(found == (in_vector ? 0 : -1));
              continue;
            }
            const std::int64_t at = samples[t * tile + s] * width + c;
            const float expected =
                split.mean.data_ptr<float>()[at] +
                split.deviation.data_ptr<float>()[at] *
                    noise[s * static_cast<std::size_t>(width) + static_cast<std::size_t>(c)];
            REQUIRE(found == Approx(expected).margin(1e-6));
          }
        }
      }
    }
  }
}

TEST_CASE("a packed tap gives the same bits") {
  for (const std::int64_t width : {1, 7, 8, 20, 33}) {
    const auto split = split_of(300, width);
    const train::LatentTap plain(split, 1, "latent/train");
    train::LatentTap packed = plain;
    packed.pack();
    std::vector<std::uint32_t> samples(130);
    for (std::size_t i = 0; i < samples.size(); ++i) {
      samples[i] = static_cast<std::uint32_t>(i * 97 % 300);
    }
    const auto numbers = 2 * static_cast<std::size_t>(width) * tile;
    std::vector<float> expected(numbers, -1.0f), found(numbers, -1.0f);
    std::vector<std::int32_t> labels(130, -1), same(130, -2);
    plain.rows(samples, 42, expected.data());
    packed.rows(samples, 42, found.data());
    plain.labels(samples, labels.data());
    packed.labels(samples, same.data());
    CHECK(found == expected);
    CHECK(same == labels);
  }
}

TEST_CASE("without sampling a tap gives the means, and labels by sample") {
  auto split = split_of(100, 6);
  split.sample = false;
  const train::LatentTap tap(split, 1, "latent/test");
  const std::vector<std::uint32_t> samples = {99, 0, 50};
  std::vector<float> out(6 * tile);
  std::vector<std::int32_t> labels(3);
  tap.rows(samples, 1, out.data());
  tap.labels(samples, labels.data());
  for (std::size_t s = 0; s < 3; ++s) {
    CHECK(labels[s] == static_cast<std::int32_t>(samples[s] % 7));
    for (std::size_t c = 0; c < 6; ++c) {
      CHECK(out[c * tile + s] == split.mean.data_ptr<float>()[samples[s] * 6 + c]);
    }
  }
}
