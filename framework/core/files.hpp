// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace glia {

/// Writes the whole file or nothing: temporary name beside it, fsync, rename. Error (io) names the
/// file and the reason ("No space left on device").
GLIA_API void write_file(const std::filesystem::path& path, std::string_view bytes);

/// Error (io) with the reason; a directory is an error of its own.
GLIA_API std::string read_file(const std::filesystem::path& path);

/// Makes a file longer by zeros that have their place on the disk: what is written to a mapping of
/// it later cannot find the disk full, which would be a signal and no error. Error (io).
GLIA_API void extend_file(const std::filesystem::path& path, std::uint64_t bytes);

/// Flushes a file or a folder to the disk, also what was written through a mapping. Error (io).
GLIA_API void sync_file(const std::filesystem::path& path);

/// $XDG_DATA_HOME/glia and $XDG_CACHE_HOME/glia, with the usual defaults under $HOME.
GLIA_API std::filesystem::path user_data_folder();
GLIA_API std::filesystem::path user_cache_folder();

/// Folder of the running program, symlinks resolved.
GLIA_API std::filesystem::path program_folder();

}  // namespace glia
