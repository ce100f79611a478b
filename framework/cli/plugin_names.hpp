// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"
#include "core/catalog.hpp"

#include <filesystem>
#include <string>

namespace glia::cli {

/// Whether the text means a library file rather than the id of a plugin: it ends in ".so", or has a
/// slash and does not start with a kind.
bool means_file(const std::string& text);

/// The plugin that "slide", "wave/slide" or "wave_layer:slide" means, among those found. Error
/// (usage) if there is none or more than one.
const CatalogEntry& find_plugin(const std::string& text, const Session& session);

/// A library file, and which of its plugins is meant ("wave_layer/slide"; "" = all).
struct LibraryPlace {
  std::filesystem::path file;
  std::string subject;
};

/// From a file's name or a plugin's id. Error (usage) if there is no such file or plugin.
LibraryPlace find_library(const std::string& text, const Session& session);

}  // namespace glia::cli
