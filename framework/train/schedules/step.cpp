// SPDX-License-Identifier: MIT
#include "train/schedule.hpp"

#include <glia/sdk/schema.hpp>

#include <cmath>
#include <cstdint>

namespace glia::train::schedules::step {
namespace {

struct Config {
  std::int64_t step_epochs = 10;
  double step_factor = 0.1;
};

constexpr auto settings =
    schema<Config>(field(&Config::step_epochs, "step_epochs")
                       .at_least(1)
                       .unit("epochs")
                       .doc("Epochs between two changes of the learning rate."),
                   field(&Config::step_factor, "step_factor")
                       .above(0)
                       .doc("What the learning rate is multiplied with at each change."));

const Registered<ScheduleEntry> registered(schedule(
    "step", settings, "The learning rate is multiplied with a factor every few epochs.",
    [](const Config& config, const Position& at) {
      return std::pow(config.step_factor, static_cast<double>(at.epoch / config.step_epochs));
    }));

}  // namespace
}  // namespace glia::train::schedules::step
