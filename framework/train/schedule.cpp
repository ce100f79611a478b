// SPDX-License-Identifier: MIT
#include "train/schedule.hpp"

namespace glia {

template <>
Registry<train::ScheduleEntry>& Registry<train::ScheduleEntry>::all() {
  static Registry registry;
  return registry;
}

namespace train {

Schedule make_schedule(const config::TrainSpec& train) {
  return Registry<ScheduleEntry>::all().at(train.schedule).make(train.settings);
}

}  // namespace train
}  // namespace glia
