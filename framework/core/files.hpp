// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace glia {

/// Writes the whole file or nothing: a new name beside it that nobody can foresee, fsync, rename,
/// fsync of the folder. Error (io) names the file and the reason ("No space left on device").
GLIA_API void write_file(const std::filesystem::path& path, std::string_view bytes);

/// A descriptor to read a regular file; never waits. Error (io) with the reason: a folder, a named
/// pipe, a socket or a device is an error of its own ("is a named pipe, not a file").
GLIA_API int open_to_read(const std::filesystem::path& path);

/// The whole of a regular file. Error (io) with the reason, also where it holds more than `limit`
/// bytes: then nothing is read.
GLIA_API std::string read_file(const std::filesystem::path& path,
                               std::uint64_t limit = std::uint64_t{1} << 40);

/// Whether nobody but this user, root, and those of a group that shares it on purpose may change
/// what is in a folder that results are taken from; else why not ("can be changed by every user").
/// Empty for one that does not exist.
GLIA_API std::string shared_folder_problem(const std::filesystem::path& folder);

/// Makes a file longer by zeros that have their place on the disk: what is written to a mapping of
/// it later cannot find the disk full, which would be a signal and no error. Error (io).
GLIA_API void extend_file(const std::filesystem::path& path, std::uint64_t bytes);

/// Flushes a file or a folder to the disk, also what was written through a mapping. Error (io).
GLIA_API void sync_file(const std::filesystem::path& path);

/// $XDG_DATA_HOME/glia and $XDG_CACHE_HOME/glia, with the usual defaults under $HOME, or under the
/// home of the user database. Error (usage) where there is none: never a place that others share.
GLIA_API std::filesystem::path user_data_folder();
GLIA_API std::filesystem::path user_cache_folder();

/// Folder of the running program, symlinks resolved.
GLIA_API std::filesystem::path program_folder();

}  // namespace glia
