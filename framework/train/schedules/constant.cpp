// SPDX-License-Identifier: MIT
#include "train/schedule.hpp"

#include <glia/sdk/schema.hpp>

namespace glia::train::schedules::constant {
namespace {

struct Config {};

const Registered<ScheduleEntry> registered(
    schedule("constant", schema<Config>(), "The learning rate stays.",
             [](const Config&, const Position&) { return 1.0; }));

}  // namespace
}  // namespace glia::train::schedules::constant
