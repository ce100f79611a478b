// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace glia::compile {

/// Accuracy against rows of networks that were compiled with fewer and fewer rows, from folders
/// that `glia compile --rows` has made; several of equally many rows (seeds) stand together. Each
/// holds `trained`, a sweep of its pipeline in which `network.*.weights` is the folder's or "" (a
/// start of its own); of the trials of either start the one with the best validation accuracy
/// counts, and its test accuracy is shown. Writes pruned.csv, pruned.svg and pruned.png into a new
/// folder. Error (usage) for a folder without rows left out or without a sweep, (data) for what is
/// no such.
void compare_pruned(const std::vector<std::string>& folders, const std::filesystem::path& result);

}  // namespace glia::compile
