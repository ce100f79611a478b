// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace glia::plugin {

inline constexpr const char* own_plugins = "the program's own";

/// A folder that is searched for plugins.
struct SearchFolder {
  std::filesystem::path path;
  std::string origin;   ///< "--plugin-path", "$GLIA_PLUGIN_PATH" or `own_plugins`
  std::string problem;  ///< why nothing can come from it ("does not exist"), or ""
};

/// The folders in the order of search: `extra` (--plugin-path), those of $GLIA_PLUGIN_PATH, and the
/// program's own. Never the current folder, unless it is named. Error (plugin) if a folder of
/// `extra` does not exist.
std::vector<SearchFolder> search_path(const std::vector<std::string>& extra);

/// The `*.so` files of a folder, sorted by name; an unreadable folder throws Error (plugin).
std::vector<std::filesystem::path> library_files(const std::filesystem::path& folder);

/// Why code must not be loaded from this file or folder: others could have changed it. "" if
/// nothing speaks against it.
std::string trust_problem(const std::filesystem::path& path);

}  // namespace glia::plugin
