// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace glia::results {

/// What a run was started with, kept in run.json: with it, it can be gone on with from elsewhere.
struct RunOrigin {
  std::string file;  ///< absolute path of the pipeline file
  std::string cwd;   ///< relative paths in the pipeline are seen from here
  std::vector<std::string> plugin_path{};
  std::optional<std::string> cache{};  ///< the folder of --cache-dir, absolute; "": --no-cache
  std::string resolved{};              ///< SHA-256 of resolved.toml; "" of runs of before
  std::string pipeline{};              ///< the same of pipeline.toml
  std::string mark{};                  ///< core/study_mark.hpp; "" of runs of before
};

/// The text of run.json.
std::string to_json(const RunOrigin& origin);

/// That of a run's folder; all empty where there is no run.json, as in folders of before. Error
/// (data) if it is damaged, or the folder is one of a sweep's trials and holds another trial.
RunOrigin read_run_origin(const std::filesystem::path& folder);

/// The text of the folder's resolved.toml. Error (data) if it is not the one that was left there.
std::string read_resolved(const std::filesystem::path& folder);

}  // namespace glia::results
