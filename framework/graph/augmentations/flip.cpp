// SPDX-License-Identifier: MIT
#include "graph/augmentation.hpp"

#include <glia/sdk/schema.hpp>

#include <algorithm>

namespace glia::graph::augmentations::flip {
namespace {

struct Config {
  std::string axis = "horizontal";
  double probability = 0.5;
};

constexpr auto settings =
    schema<Config>(field(&Config::axis, "axis")
                       .choices("horizontal", "vertical")
                       .doc("horizontal: left becomes right; vertical: top becomes bottom."),
                   field(&Config::probability, "probability")
                       .range(0, 1)
                       .doc("Of being flipped, for each sample."));

Change make(const Config& config, const SampleSpec& samples) {
  const PictureForm form = picture_form(samples, "flip");
  return [config, form](std::span<float> sample, RandomStream& random) {
    if (static_cast<double>(random.uniform()) >= config.probability) return;
    const auto row = [&](std::int64_t y) { return sample.begin() + y * form.width; };
    if (config.axis == "horizontal") {
      for (std::int64_t y = 0; y < form.height; ++y) std::reverse(row(y), row(y + 1));
      return;
    }
    for (std::int64_t y = 0; y < form.height / 2; ++y) {
      std::swap_ranges(row(y), row(y + 1), row(form.height - 1 - y));
    }
  };
}

const Registered<AugmentationEntry> registered(augmentation("flip", settings,
                                                            "Mirrors the sample, by chance.",
                                                            make));

}  // namespace
}  // namespace glia::graph::augmentations::flip
