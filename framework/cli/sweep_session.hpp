// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"
#include "config/template.hpp"
#include "sweep/folder.hpp"

#include <string>
#include <vector>

namespace glia::cli {

/// The options of every command that runs trials.
struct SweepRunArguments {
  int jobs = 0;  ///< 0: one per core
  bool fail_fast = false, keep_going = false, json = false, quiet = false;

  void add_to(CLI::App& command);
};

/// The options that limit what a trial may take.
class LimitArguments {
 public:
  /// Declares them; must outlive the parsing.
  void add_to(CLI::App& command);
  /// Those that were given, as settings of [sweep].
  std::vector<std::string> overrides() const;

 private:
  std::string timeout_, memory_;
  int retries_ = -1;
};

/// Runs the sweep's pending trials and tells how it went. Returns the exit code.
int run_sweep(sweep::Folder& folder, const config::PipelineTemplate& source,
              const SweepRunArguments& arguments);

}  // namespace glia::cli
