// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace glia::compile {

/// Holds constructions against what training finds for the same shapes: of every folder that
/// `glia compile --construct` made its proof.json and, where its sweep was run as `trained`, that
/// one's results.json. Writes errors.csv and, for each construction, NAME.svg and NAME.png (error
/// against cells, rows and connections with the theory's line) into a new folder. Error (usage,
/// data) names a folder that is no such one.
void compare_errors(const std::vector<std::string>& folders, const std::filesystem::path& result);

}  // namespace glia::compile
