// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace glia::report {

/// How a program ended.
struct Ended {
  bool found = true;       ///< false: there is no such program on $PATH
  bool timed_out = false;  ///< killed because it took too long
  int status = 0;          ///< exit code, or 128 + signal
  std::string output;      ///< stdout and stderr together, the first 64 KiB
};

/// Runs a program of $PATH (no shell) in `folder` with empty standard input, and waits for it.
/// Error (io) if no process can be made. [thread-safe]
GLIA_API Ended run_program(const std::vector<std::string>& command,
                           const std::filesystem::path& folder, std::chrono::milliseconds limit);

}  // namespace glia::report
