// SPDX-License-Identifier: MIT
#include "world.hpp"

#include <glia/sdk/random.hpp>

namespace glia_futility {

World::World(const Config& config, std::uint64_t key)
    : works(static_cast<std::size_t>(config.steps())), noise(works.size()) {
  glia::RandomStream switching(key, "futility/world", 0), feeling(key, "futility/feedback", 0);
  std::vector<float> draws(works.size() + 1);
  switching.uniform(std::span(draws), 0, 1);
  feeling.normal(std::span(noise));
  const auto hazard = static_cast<float>(config.dt / config.mean);
  bool state = draws.back() < 0.5F;
  for (std::size_t t = 0; t < works.size(); ++t) {
    if (draws[t] < hazard) state = !state;
    works[t] = state;
    noise[t] *= static_cast<float>(config.noise);
  }
}

std::vector<std::shared_ptr<const World>> worlds_of(const Config& config,
                                                    std::span<const std::uint64_t> keys) {
  std::map<std::uint64_t, std::shared_ptr<const World>> known;
  std::vector<std::shared_ptr<const World>> all;
  all.reserve(keys.size());
  for (const std::uint64_t key : keys) {
    auto& world = known[key];
    if (!world) world = std::make_shared<const World>(config, key);
    all.push_back(world);
  }
  return all;
}

}  // namespace glia_futility
