// SPDX-License-Identifier: MIT
// Folders of runs and sweeps, told apart by the files that they hold.
#pragma once

#include <glia/sdk/export.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace glia {

struct ResultsFolder {
  enum class Kind { run, sweep };

  std::filesystem::path path;  ///< without a slash at its end
  Kind kind;
};

/// The folder `path`, if a run or a sweep was made in it, whatever has become of it since.
GLIA_API std::optional<ResultsFolder> results_folder(const std::filesystem::path& path);

/// What a user calls `name`: that folder, or runs/`name`.
GLIA_API std::optional<ResultsFolder> find_results_folder(const std::string& name);

/// Error (data) if `name` or runs/`name` is what is left of a run or sweep: it names the file that is
/// gone, without which neither of the two above knows the folder.
GLIA_API void require_no_remains(const std::string& name);

/// Runs and sweeps keep in text where they were made, of what file, with which plugins, to be found
/// again: Error (usage) for a path that is no text (UTF-8).
GLIA_API void require_text(const std::vector<std::filesystem::path>& paths);

}  // namespace glia
