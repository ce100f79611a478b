// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/plugin.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace glia::plugin {

/// What an opened library offers. The library itself stays open until the process ends.
struct Library {
  std::string version;
  std::vector<Descriptor> descriptors;
};

// Both functions below throw Error (plugin) with the reason and what to do; the file's name is left
// to the caller. `file` is absolute.

/// Before loading: reads names from the file and runs none of its code. Refuses what is no shared
/// library of this machine's word size, exports no plugin, or was built for another host.
GLIA_API void check_before_loading(const std::filesystem::path& file);

/// Loads the library, which runs its initialisers, and checks its entry and all that it offers.
/// Call `check_before_loading` first. [main thread]
GLIA_API Library open_library(const std::filesystem::path& file);

}  // namespace glia::plugin
