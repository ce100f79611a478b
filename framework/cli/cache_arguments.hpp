// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"
#include "train/stage_cache.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace glia::cli {

/// The options `--cache-dir DIR` and `--no-cache` of every command that computes.
class CacheArguments {
 public:
  /// Declares them; must outlive the parsing.
  void add_to(CLI::App& command);

  /// Empty with --no-cache.
  std::filesystem::path folder() const;
  /// nullptr with --no-cache.
  std::unique_ptr<train::StageCache> open() const;

 private:
  std::string folder_;
  bool none_ = false;
};

}  // namespace glia::cli
