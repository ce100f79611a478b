// SPDX-License-Identifier: MIT
#include "report/page_figure.hpp"

#include "report/html.hpp"
#include "report/svg.hpp"

#include <fmt/format.h>

#include <utility>

namespace glia::report {
namespace {

/// "learning-curves-names": a file's name that no system and no address makes trouble of.
std::string file_name(const std::string& heading) {
  constexpr std::size_t longest = 60;
  std::string name;
  for (const char c : heading) {
    const bool digit = c >= '0' && c <= '9', upper = c >= 'A' && c <= 'Z';
    if (digit || upper || (c >= 'a' && c <= 'z') || c == '_') {
      name += upper ? static_cast<char>(c + ('a' - 'A')) : c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
    if (name.size() >= longest) break;
  }
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name.empty() ? "figure" : name;
}

}  // namespace

FigureFiles::FigureFiles(std::function<std::string(const std::string&)> address)
    : address_(std::move(address)) {}

std::string FigureFiles::keep(const PageFigure& figure) {
  if (figure.numbers.empty()) return {};
  const std::string name = file_name(figure.heading);
  std::string file = name + ".csv";
  for (int i = 2; all_.count(file); ++i) file = fmt::format("{}-{}.csv", name, i);
  all_[file] = figure.numbers;
  return fmt::format("<p class=\"of\"><a href=\"{}\">The numbers drawn, as CSV</a></p>\n",
                     escaped(address_(file)));
}

std::string basis(const std::string& split, std::size_t n, const std::string& what,
                  const std::string& statistic) {
  return fmt::format("{} split{}, n = {} {}{}, {}", split,
                     split.find(" and ") == std::string::npos ? "" : "s", n, what,
                     n == 1 ? "" : "s", statistic);
}

std::string titled(const std::string& heading, const std::string& basis) {
  return fmt::format("{} ({})", heading, basis);
}

std::string to_html(const std::vector<PageFigure>& figures, FigureFiles* files) {
  std::string text;
  bool pair = false;
  const auto set_pair = [&](bool wanted) {
    if (wanted != pair) text += wanted ? "<div class=\"pair\">\n" : "</div>\n";
    pair = wanted;
  };
  for (const auto& figure : figures) {
    if (figure.svg.empty()) continue;
    set_pair(figure.half);
    text += fmt::format(
        "<figure>\n{}{}<div class=\"wide\" tabindex=\"0\" role=\"region\" "
        "aria-label=\"{}\">{}</div>\n{}{}</figure>\n",
        element("h3", figure.heading), element("p", figure.of, "of"), escaped(figure.heading),
        figure.svg, element("figcaption", figure.caption), files ? files->keep(figure) : "");
  }
  set_pair(false);
  return text;
}

}  // namespace glia::report
