// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/dataset.hpp>

#include <filesystem>
#include <string>

namespace glia {

/// A name for the part of a URL, at which nobody could have prepared anything; `part_path` finds it.
std::filesystem::path new_part(const DataFile& file, const std::filesystem::path& folder,
                               const std::string& url);

}  // namespace glia
