// SPDX-License-Identifier: MIT
#include "graph/augmentation.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/schema.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace glia::graph::augmentations::shift {
namespace {

struct Config {
  std::int64_t most = 2;
  double fill = 0;
};

constexpr auto settings = schema<Config>(
    field(&Config::most, "most")
        .at_least(1)
        .unit("pixels")
        .doc("Largest shift; each direction draws a whole number from -most to most."),
    field(&Config::fill, "fill")
        .range(-1e30, 1e30)
        .doc("What comes in where the sample has moved away."));

/// -most .. most, each as likely.
std::int64_t draw(std::int64_t most, RandomStream& random) {
  return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(2 * most + 1))) - most;
}

/// The sample `down` and `right` of where it lay in `from`.
void move(std::span<const float> from, const PictureForm& form, std::int64_t down,
          std::int64_t right, float fill, std::span<float> to) {
  std::fill(to.begin(), to.end(), fill);
  const std::int64_t first = std::max<std::int64_t>(0, right);
  const std::int64_t last = std::min(form.width, form.width + right);
  for (std::int64_t y = std::max<std::int64_t>(0, down);
       y < std::min(form.height, form.height + down); ++y) {
    const float* row = from.data() + (y - down) * form.width - right;
    std::copy(row + first, row + last, to.data() + y * form.width + first);
  }
}

Change make(const Config& config, const SampleSpec& samples) {
  const PictureForm form = picture_form(samples, "shift");
  const std::int64_t room = form.height > 1 ? std::min(form.height, form.width) : form.width;
  if (config.most >= room) {
    throw Error(ErrorCode::configuration,
                fmt::format("shift: most = {} would move samples of {} x {} out of sight",
                            config.most, form.height, form.width),
                room > 1 ? fmt::format("give at most {}", room - 1) : "leave it out");
  }
  return [config, form](std::span<float> sample, RandomStream& random) {
    const std::int64_t right = draw(config.most, random);
    const std::int64_t down = form.height > 1 ? draw(config.most, random) : 0;
    if (right == 0 && down == 0) return;
    const std::vector<float> before(sample.begin(), sample.end());
    move(before, form, down, right, static_cast<float>(config.fill), sample);
  };
}

const Registered<AugmentationEntry> registered(augmentation(
    "shift", settings, "Moves the sample by whole pixels, a random number each way.", make));

}  // namespace
}  // namespace glia::graph::augmentations::shift
