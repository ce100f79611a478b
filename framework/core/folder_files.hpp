// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>
#include <system_error>
#include <vector>

namespace glia {

/// What lies below a folder and is none, sorted, through links to folders too: data may lie anywhere.
/// A folder is not entered from within itself, so links may go round. Stops behind `most`, and where
/// `error` says why.
GLIA_API std::vector<std::filesystem::path> files_below(
    const std::filesystem::path& folder, std::error_code& error,
    std::size_t most = std::numeric_limits<std::size_t>::max());

/// Changes when a name within the folder or a byte of these files does.
GLIA_API std::string identity_of_files(const std::filesystem::path& folder,
                                       const std::vector<std::filesystem::path>& files);

}  // namespace glia
