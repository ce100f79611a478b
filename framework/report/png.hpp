// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace glia::report {

/// Draws FOLDER/STEM.svg as STEM.png beside it, with rsvg-convert and its options `size` ("-w",
/// "1520"). What went wrong, in words; "" where nothing did.
struct PngProblem {
  bool missing = false;  ///< the program: librsvg2-bin has it
  std::string text;

  explicit operator bool() const { return !text.empty(); }
};
PngProblem draw_png(const std::filesystem::path& folder, const std::string& stem,
                    const std::vector<std::string>& size);

}  // namespace glia::report
