// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "core/described.hpp"
#include "core/registry.hpp"

#include <cstdint>
#include <functional>
#include <utility>

namespace glia::train {

/// Where a step stands in a training.
struct Position {
  std::int64_t epoch = 0;  ///< under way, from 0
  std::int64_t epochs = 1;
  std::uint64_t batch = 0;  ///< of the epoch, from 0
  std::uint64_t batches = 1;

  /// Steps made before this one, and of the whole training.
  double done() const {
    return static_cast<double>(epoch) * static_cast<double>(batches) + static_cast<double>(batch);
  }
  double all() const { return static_cast<double>(epochs) * static_cast<double>(batches); }
  /// Epochs made before this step, with fractions.
  double epochs_done() const { return done() / static_cast<double>(batches); }
};

/// What the learning rate is multiplied with at a step. Pure. [thread-safe]
using Schedule = std::function<double(const Position&)>;

/// How a schedule is declared: one file in schedules/ each.
struct ScheduleEntry : Declared {
  static constexpr const char* kind = "schedule";
  /// `settings` hold at least the declared fields.
  std::function<Schedule(const ValueMap& settings)> make;
};

/// As `train` says.
Schedule make_schedule(const config::TrainSpec& train);

/// An entry for a function factor(Config, Position).
template <class SettingsSchema, class Factor>
ScheduleEntry schedule(const char* name, const SettingsSchema& schema, const char* doc,
                       Factor factor) {
  auto entry = described<ScheduleEntry>(name, schema, doc);
  entry.make = [schema, factor](const ValueMap& settings) -> Schedule {
    return [config = schema.parse(settings), factor](const Position& at) {
      return factor(config, at);
    };
  };
  return entry;
}

}  // namespace glia::train

namespace glia {
template <>
Registry<train::ScheduleEntry>& Registry<train::ScheduleEntry>::all();
}  // namespace glia
