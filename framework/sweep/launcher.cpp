// SPDX-License-Identifier: MIT
#include "sweep/launcher.hpp"

#include "core/diagnostics.hpp"

#include <fmt/format.h>

namespace glia {

template <>
Registry<sweep::LauncherEntry>& Registry<sweep::LauncherEntry>::all() {
  static Registry registry;
  return registry;
}

namespace sweep {

std::unique_ptr<Launcher> make_launcher(const std::string& name) {
  const auto& registry = Registry<LauncherEntry>::all();
  if (const auto* entry = registry.find(name)) return entry->make();
  std::vector<std::string> names;
  for (const auto* entry : registry.entries()) names.push_back(entry->name);
  throw Error(ErrorCode::usage, fmt::format("there is no launcher '{}'", name),
              "there is " + quoted_list(names));
}

}  // namespace sweep
}  // namespace glia
