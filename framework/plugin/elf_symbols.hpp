// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace glia::plugin {

/// The names that a shared library exports (defined, global, visible, of some size) and that begin
/// with `prefix`, cut to `longest` bytes. Reads the table of dynamic symbols where it lies: no size
/// that the file claims is believed or allocated. Error (plugin) if the file is no such library.
std::vector<std::string> exported_names(const std::filesystem::path& file,
                                        const std::string& prefix, std::size_t longest = 256);

/// The libraries that a shared library names as what it needs (DT_NEEDED), read likewise.
std::vector<std::string> needed_libraries(const std::filesystem::path& file);

}  // namespace glia::plugin
