// SPDX-License-Identifier: MIT
#include "wave/disturbance.hpp"

#include "core/diagnostics.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace glia {

template <>
Registry<wave::DisturbanceEntry>& Registry<wave::DisturbanceEntry>::all() {
  static Registry registry;
  return registry;
}

namespace wave {

const DisturbanceEntry& entry_of(const Disturbance& disturbance) {
  const auto& registry = Registry<DisturbanceEntry>::all();
  if (const auto* entry = registry.find(disturbance.kind.name)) return *entry;
  std::vector<std::string> names;
  for (const auto* entry : registry.entries()) names.push_back(entry->name);
  throw Error(ErrorCode::configuration,
              fmt::format("there is no disturbance '{}'", disturbance.kind.name),
              "the engine has " + quoted_list(names));
}

}  // namespace wave
}  // namespace glia
