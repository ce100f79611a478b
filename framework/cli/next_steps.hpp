// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace glia::cli {

/// "next:    glia report runs/x-001, glia serve\n": what to type once a run or a sweep has ended.
/// `best`: what `glia best` needs besides the folder, where it has something to rank by.
std::string next_steps(const std::filesystem::path& folder, const std::optional<std::string>& best);

}  // namespace glia::cli
