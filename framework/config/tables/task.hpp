// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/schema.hpp>

#include <string>

namespace glia::config {

/// The host's keys of [task.ID].
struct TaskKeys {
  std::string plugin;
};

inline constexpr auto task_schema =
    glia::schema<TaskKeys>(glia::field(&TaskKeys::plugin, "plugin")
                               .required()
                               .doc("Name of a task plugin (see: glia plugin list)."));

}  // namespace glia::config
