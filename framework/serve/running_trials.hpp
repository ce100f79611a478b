// SPDX-License-Identifier: MIT
#pragma once

#include "serve/epochs.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace glia::serve {

/// How far a trial has come that is at work.
struct RunningTrial {
  std::size_t trial = 0;
  std::vector<EpochLine> lines{};  ///< none in its first second
  bool thinned = false;            ///< lines in between were left out
};

/// What these trials of a sweep have left of their curves. One whose file is damaged has none.
std::vector<RunningTrial> read_running(const std::filesystem::path& sweep,
                                       const std::vector<std::size_t>& trials);

/// A learning curve for each, on validation where samples are kept for it, drawn as those of
/// reports: HTML; "" where there is none yet.
std::string running_section(const std::vector<RunningTrial>& trials);

/// "names 12 of 30, ...", the head's epoch of how many; "" for none.
std::string progress_text(const RunningTrial& trial);

}  // namespace glia::serve
