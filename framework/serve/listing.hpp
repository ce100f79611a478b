// SPDX-License-Identifier: MIT
// Runs and sweeps in one line each, as `glia ls` and the live page tell them.
#pragma once

#include "core/results_folder.hpp"
#include "results/results.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace glia::serve {

/// What is best in a run or sweep, with the name that tells its split.
struct Best {
  std::string head, metric;
  double value = 0;
};

struct Entry {
  std::filesystem::path path;
  bool sweep = false;
  std::string pipeline, status;
  std::optional<Best> best{};
  std::map<std::string, std::size_t> trials{};  ///< of a sweep, by status
  results::Results results{};                   ///< of a run
};

/// A run or a sweep; one that cannot be read is "damaged".
Entry entry_at(const ResultsFolder& folder);

/// Runs and sweeps in a folder, by name; the folder itself, if it is one.
std::vector<Entry> entries_in(const std::filesystem::path& folder);

/// {"name", "path", "kind", "pipeline", "status", "best", ...}
nlohmann::ordered_json json_of(const Entry& entry);

}  // namespace glia::serve
