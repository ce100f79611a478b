// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/outcome.hpp"
#include "sweep/plan.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace glia::sweep {

/// failures/<trial>.txt: what is known of a trial that has failed, and the command that repeats it.
class FailureRecords {
 public:
  /// `cwd` and `words` begin the command: where it runs, and what comes before a trial's own
  /// settings.
  FailureRecords(std::filesystem::path sweep, std::string cwd, std::vector<std::string> words)
      : folder_(std::move(sweep) / "failures"), cwd_(std::move(cwd)), words_(std::move(words)) {}

  std::string command_to_repeat(const Plan& plan, std::size_t trial) const;
  /// Error (io), or a system_error, if it cannot be written.
  void write(const Plan& plan, const Outcome& outcome) const;

 private:
  std::filesystem::path folder_;
  std::string cwd_;
  std::vector<std::string> words_;
};

}  // namespace glia::sweep
