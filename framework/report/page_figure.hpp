// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace glia::report {

/// A figure of a page.
struct PageFigure {
  std::string heading;
  std::string of;   ///< split, n and statistic: `basis`
  std::string svg;  ///< embedded; its title says both
  std::string caption;
  bool half = false;  ///< two stand beside each other where there is room
};

/// What a figure rests on, for its title: "test split, n = 30 runs, median".
std::string basis(const std::string& split, std::size_t n, const std::string& what,
                  const std::string& statistic);
/// "Learning curves (test split, n = 30 runs, median)"
std::string titled(const std::string& heading, const std::string& basis);

/// Headings, drawings and captions as HTML; "" for none.
std::string to_html(const std::vector<PageFigure>& figures);

}  // namespace glia::report
