// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "graph/stages.hpp"
#include "results/results.hpp"
#include "results/run_origin.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace glia::report {

/// The folder that a run leaves behind:
///
///     pipeline.toml    the file as given
///     resolved.toml    every setting, complete
///     run.json         what it was started with
///     plan.json        the stages with keys
///     provenance.json  builds, versions, machine
///     log.txt          everything, line by line
///     checkpoints/     one safetensors file per trained node
///     results.json, results.csv
///     figures/         PNG, SVG, the numbers and the script
///
/// Never overwritten; held by one process at a time.
class RunFolder {
 public:
  /// Makes the folder, `wanted` or, if empty, runs/<name of the file>-<next number>, and writes
  /// what is known before the run. Error (usage) if it is there already or cannot be made.
  static RunFolder create(const std::filesystem::path& wanted, const config::Pipeline& pipeline,
                          const std::vector<graph::Stage>& stages,
                          const std::vector<std::string>& command_line,
                          const results::RunOrigin& origin);

  /// Opens the folder of an earlier run (if `wanted` is empty, the newest one of this file) to go
  /// on. Error (resume) names every difference between its plan and this one.
  static RunFolder reopen(const std::filesystem::path& wanted, const config::Pipeline& pipeline,
                          const std::vector<graph::Stage>& stages);

  RunFolder(RunFolder&&) noexcept;
  RunFolder& operator=(RunFolder&&) = delete;
  ~RunFolder();

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path checkpoints() const { return path_ / "checkpoints"; }

  /// The text of results.json in this folder.
  std::string results_text(const results::Results& results) const;

  /// Writes results.json and results.csv.
  void write_results(const results::Results& results) const;

  /// Removes what `create` made if nothing has been computed in it.
  void remove_if_unused() const;

 private:
  RunFolder(std::filesystem::path path, std::filesystem::path made);

  std::filesystem::path path_;
  std::filesystem::path made_;  // the topmost folder that `create` made; empty if reopened
  int lock_ = -1;               // descriptor of the lock file
};

}  // namespace glia::report
