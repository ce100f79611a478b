// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace fuzz {

/// Reads a pipeline with the plugins of the unit tests. What it resolves to has to be readable, and to
/// resolve to itself.
void read_pipeline(const std::string& text, const std::vector<std::string>& arguments);

}  // namespace fuzz
