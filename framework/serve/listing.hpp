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

/// What takes its time to be told of a sweep.
struct Ranked {
  std::optional<Best> best{};
  bool damaged = false;  ///< so that nothing can be ranked
};

/// A run or a sweep; one that cannot be read is "damaged".
Entry entry_at(const ResultsFolder& folder);

/// The same at once, however many trials there are: of a sweep without its best.
Entry outline_at(const ResultsFolder& folder);

/// The best of a sweep. Seconds, where there are ten thousand trials.
Ranked ranked(const std::filesystem::path& sweep);

/// Runs and sweeps in a folder, by name; the folder itself, if it is one.
std::vector<Entry> entries_in(const std::filesystem::path& folder);

/// Whether `folder` is a run or a sweep, or holds some: without reading any.
bool holds_results(const std::filesystem::path& folder);

/// Names of folders in `folder` that hold runs or sweeps, for whoever looks one floor too high.
std::vector<std::string> holders_in(const std::filesystem::path& folder);

/// Their paths as words of a command line.
std::vector<std::string> holder_words(const std::filesystem::path& folder);

/// {"head", "metric", "value"}
nlohmann::ordered_json json_of(const Best& best);

/// {"name", "path", "kind", "pipeline", "status", "best", ...}
nlohmann::ordered_json json_of(const Entry& entry);

}  // namespace glia::serve
