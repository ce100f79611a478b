// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace glia::report {

/// A figure of a page.
struct PageFigure {
  std::string heading;
  std::string of;   ///< split, n and statistic: `basis`
  std::string svg;  ///< embedded; its title says both
  std::string caption;
  bool half = false;      ///< two stand beside each other where there is room
  std::string numbers{};  ///< what is drawn, as CSV
};

/// The numbers behind the figures of a page: each a file of its own, named after the figure.
class FigureFiles {
 public:
  /// `address`: where the page finds a file of this name, for links.
  explicit FigureFiles(std::function<std::string(const std::string& file)> address);

  /// Keeps the numbers of a figure. A link to them as HTML; "" where it has none.
  std::string keep(const PageFigure& figure);

  /// CSV by the name of the file.
  const std::map<std::string, std::string>& all() const { return all_; }

 private:
  std::function<std::string(const std::string&)> address_;
  std::map<std::string, std::string> all_;
};

/// What a figure rests on, for its title: "test split, n = 30 runs, median".
std::string basis(const std::string& split, std::size_t n, const std::string& what,
                  const std::string& statistic);
/// "Learning curves (test split, n = 30 runs, median)"
std::string titled(const std::string& heading, const std::string& basis);

/// Headings, drawings and captions as HTML, "" for none; with links to the numbers where `files` are
/// kept.
std::string to_html(const std::vector<PageFigure>& figures, FigureFiles* files = nullptr);

}  // namespace glia::report
