// SPDX-License-Identifier: MIT
#include "train/schedule.hpp"

#include <glia/sdk/schema.hpp>

#include <cmath>
#include <numbers>

namespace glia::train::schedules::cosine {
namespace {

struct Config {};

/// Loshchilov & Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017; without
/// restarts.
const Registered<ScheduleEntry> registered(schedule(
    "cosine", schema<Config>(), "The learning rate falls to zero over all epochs as half a cosine.",
    [](const Config&, const Position& at) {
      return 0.5 * (1 + std::cos(std::numbers::pi * at.done() / at.all()));
    }));

}  // namespace
}  // namespace glia::train::schedules::cosine
