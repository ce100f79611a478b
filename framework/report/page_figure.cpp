// SPDX-License-Identifier: MIT
#include "report/page_figure.hpp"

#include "report/html.hpp"

#include <fmt/format.h>

namespace glia::report {

std::string basis(const std::string& split, std::size_t n, const std::string& what,
                  const std::string& statistic) {
  return fmt::format("{} split{}, n = {} {}{}, {}", split,
                     split.find(" and ") == std::string::npos ? "" : "s", n, what,
                     n == 1 ? "" : "s", statistic);
}

std::string titled(const std::string& heading, const std::string& basis) {
  return fmt::format("{} ({})", heading, basis);
}

std::string to_html(const std::vector<PageFigure>& figures) {
  std::string text;
  bool pair = false;
  const auto set_pair = [&](bool wanted) {
    if (wanted != pair) text += wanted ? "<div class=\"pair\">\n" : "</div>\n";
    pair = wanted;
  };
  for (const auto& figure : figures) {
    if (figure.svg.empty()) continue;
    set_pair(figure.half);
    text += fmt::format("<figure>\n{}{}{}{}</figure>\n", element("h3", figure.heading),
                        element("p", figure.of, "of"), figure.svg,
                        element("figcaption", figure.caption));
  }
  set_pair(false);
  return text;
}

}  // namespace glia::report
