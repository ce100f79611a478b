// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"
#include "train/stage_cache.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace glia::cli {

/// The options `--cache-dir DIR` and `--no-cache` of every command that computes.
class CacheArguments {
 public:
  /// Declares them; must outlive the parsing.
  void add_to(CLI::App& command);

  /// What was asked for, to be remembered: a folder, "" for none, nothing where neither was given.
  std::optional<std::string> given() const;
  /// Where nothing is asked for: what was when the run began. To be called before the current folder
  /// changes, from which a path is seen.
  void fall_back_to(const std::optional<std::string>& before);

  /// Empty with --no-cache.
  std::filesystem::path folder() const;
  /// nullptr with --no-cache.
  std::unique_ptr<train::StageCache> open() const;

 private:
  std::string folder_;
  bool none_ = false;
};

}  // namespace glia::cli
