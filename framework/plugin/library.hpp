// SPDX-License-Identifier: MIT
#pragma once

#include "plugin/fingerprint.hpp"

#include <glia/sdk/plugin.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace glia::plugin {

/// What an opened library offers. The library itself stays open until the process ends.
struct Library {
  std::string version;
  std::vector<Descriptor> descriptors;
};

/// What the file's fingerprint says, read without running it; nothing if there is none to be read.
std::optional<Fingerprint> read_fingerprint(const std::filesystem::path& file);

// The functions below throw Error (plugin) with the reason and what to do; the file's name is left
// to the caller. `file` is absolute.

/// Before loading: reads names from the file and runs none of its code. Refuses what is no shared
/// library of this machine's word size, exports no plugin, or was built for another host.
void check_before_loading(const std::filesystem::path& file);

/// Loads the library, which runs its initialisers, and checks its entry. Call
/// `check_before_loading` first. [main thread]
const PluginEntry& load_entry(const std::filesystem::path& file);

/// Asks an entry that was checked for what it offers, and checks that too. [main thread]
Library describe(const PluginEntry& entry);

/// Both. Call `check_before_loading` first. [main thread]
Library open_library(const std::filesystem::path& file);

}  // namespace glia::plugin
