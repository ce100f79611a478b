// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace glia {

/// Writes the whole file or nothing: temporary name beside it, fsync, rename. Error (io) names the
/// file and the reason ("No space left on device").
GLIA_API void write_file(const std::filesystem::path& path, std::string_view bytes);

/// Error (io) with the reason; a directory is an error of its own.
GLIA_API std::string read_file(const std::filesystem::path& path);

/// $XDG_DATA_HOME/glia and $XDG_CACHE_HOME/glia, with the usual defaults under $HOME.
GLIA_API std::filesystem::path user_data_folder();
GLIA_API std::filesystem::path user_cache_folder();

/// Folder of the running program, symlinks resolved.
GLIA_API std::filesystem::path program_folder();

}  // namespace glia
