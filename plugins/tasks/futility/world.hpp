// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

namespace glia_futility {

struct Config {
  double dt = 0.5;
  double seconds = 240;
  double mean = 60;
  double noise = 3;
  double cost = 0.4;
  bool noradrenaline = false;

  std::int64_t steps() const { return std::llround(seconds / dt); }
};

/// What a key decides of an episode: whether swimming works in each step, and the noise of what
/// would be felt.
struct World {
  std::vector<std::uint8_t> works;
  std::vector<float> noise;

  World(const Config& config, std::uint64_t key);
};

/// Worlds by key, each drawn once for all lanes of a batch that live in it.
std::vector<std::shared_ptr<const World>> worlds_of(const Config& config,
                                                    std::span<const std::uint64_t> keys);

}  // namespace glia_futility
