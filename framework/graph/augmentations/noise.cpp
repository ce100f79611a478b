// SPDX-License-Identifier: MIT
#include "graph/augmentation.hpp"

#include <glia/sdk/schema.hpp>

#include <algorithm>
#include <limits>
#include <vector>

namespace glia::graph::augmentations::noise {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

struct Config {
  double deviation = 0.1;
  double low = -infinite;
  double high = infinite;
};

constexpr auto settings = schema<Config>(
    field(&Config::deviation, "deviation")
        .above(0)
        .doc("Standard deviation of what is added to every number of a sample."),
    field(&Config::low, "low").doc("What would be less becomes this: 0 for pixels."),
    field(&Config::high, "high").doc("What would be more becomes this: 1 for pixels."),
    rule<Config>([](const Config& config) -> const char* {
      return config.low < config.high ? nullptr : "low must lie below high";
    }));

Change make(const Config& config, const SampleSpec&) {
  return [config](std::span<float> sample, RandomStream& random) {
    const auto low = static_cast<float>(config.low), high = static_cast<float>(config.high);
    std::vector<float> normals(sample.size());
    random.normal(std::span(normals));
    for (std::size_t i = 0; i < sample.size(); ++i) {
      sample[i] =
          std::clamp(sample[i] + static_cast<float>(config.deviation) * normals[i], low, high);
    }
  };
}

const Registered<AugmentationEntry> registered(
    augmentation("noise", settings, "Adds normal noise to every number of the sample.", make));

}  // namespace
}  // namespace glia::graph::augmentations::noise
