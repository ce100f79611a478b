// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/export.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace glia {

/// How far the download of one file is, in bytes as transferred (packed, when it is a .gz).
struct FetchProgress {
  std::string url;
  std::uint64_t done = 0;   ///< includes what an earlier, cut transfer left
  std::uint64_t total = 0;  ///< 0 when the server does not say
};

struct FetchOptions {
  /// Folder of the data set, also its name on a mirror given by $GLIA_DATA_MIRROR.
  std::string set;
  /// Called often while bytes come in.
  std::function<void(const FetchProgress&)> progress{};
  /// Called with one sentence when a mirror fails and another one is tried.
  std::function<void(const std::string&)> note{};
};

/// Where the file is looked for, in order: $GLIA_DATA_MIRROR/SET/NAME.gz, $GLIA_DATA_MIRROR/NAME.gz
/// (when the variable is set), then the file's own URLs.
GLIA_API std::vector<std::string> fetch_urls(const DataFile& file, const std::string& set);

/// True when `folder` holds the file, plain or as NAME.gz, and its unpacked bytes have the right
/// SHA-256.
GLIA_API bool is_present(const DataFile& file, const std::filesystem::path& folder);

/// A file of this name in the folder, plain or .gz, that `fetch` did not put there, or that was
/// changed since: somebody's own, to be left alone. Nothing if there is none.
GLIA_API std::optional<std::filesystem::path> foreign_file(const DataFile& file,
                                                           const std::filesystem::path& folder);

/// The partly downloaded file of one URL: kept when a transfer is cut, and continued by the next.
/// Nothing if there is none. Its name is by chance, and what lies there has to be a file of this
/// user without another name: nothing is ever written through a link that somebody has laid.
GLIA_API std::optional<std::filesystem::path> part_path(const DataFile& file,
                                                        const std::filesystem::path& folder,
                                                        const std::string& url);

/// Downloads one file into `folder` (made if missing): tries the mirrors in order, goes on where a
/// cut transfer stopped, unpacks .gz, checks SHA-256, and only then gives the file its name.
///
/// Error (data) says what each mirror answered, (io) what the disk refused. Nothing but parts that
/// can be resumed is left behind. [serial]
GLIA_API void fetch(const DataFile& file, const std::filesystem::path& folder,
                    const FetchOptions& options);

}  // namespace glia
