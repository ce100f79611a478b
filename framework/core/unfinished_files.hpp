// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <filesystem>

namespace glia {

/// Removes from a folder (not from those below) what `write_file` was writing when its process was
/// killed: nobody would ever look at it again. To be called by whoever holds the folder. No error
/// if there is no such folder, or if one of them cannot be removed.
GLIA_API void remove_unfinished(const std::filesystem::path& folder);

}  // namespace glia
