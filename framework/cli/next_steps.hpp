// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace glia::cli {

/// "next:    glia report runs/x-001, glia serve\n": what to type once a run or a sweep has ended.
std::string next_steps(const std::filesystem::path& folder, bool is_sweep);

}  // namespace glia::cli
