// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace glia::apply {

/// What a run trains, by name, in the order of its file.
struct Contents {
  std::vector<std::string> heads, policies;
};

/// Of the folder's resolved.toml alone: no plugin is needed for it. Error (data, configuration) if
/// that file is damaged.
Contents contents_of(const std::filesystem::path& folder);

}  // namespace glia::apply
