// SPDX-License-Identifier: MIT
#include "train/schedule.hpp"

#include <glia/sdk/schema.hpp>

#include <cmath>
#include <numbers>
#include <string>

namespace glia::train::schedules::warmup {
namespace {

struct Config {
  double warmup_epochs = 1;
  std::string after_warmup = "cosine";
};

constexpr auto settings = schema<Config>(
    field(&Config::warmup_epochs, "warmup_epochs")
        .above(0)
        .unit("epochs")
        .doc("Epochs, or parts of one, over which the learning rate rises from near zero."),
    field(&Config::after_warmup, "after_warmup")
        .choices("cosine", "constant")
        .doc("cosine: then it falls to zero as half a cosine; constant: then it stays."));

const Registered<ScheduleEntry> registered(schedule(
    "warmup", settings, "The learning rate rises in a straight line, then falls or stays.",
    [](const Config& config, const Position& at) {
      const double rising = config.warmup_epochs * static_cast<double>(at.batches);
      if (at.done() < rising) return (at.done() + 1) / (rising + 1);
      if (config.after_warmup == "constant" || at.all() <= rising) return 1.0;
      return 0.5 * (1 + std::cos(std::numbers::pi * (at.done() - rising) / (at.all() - rising)));
    }));

}  // namespace
}  // namespace glia::train::schedules::warmup
