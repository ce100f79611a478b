// SPDX-License-Identifier: MIT
#include "report/svg.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace glia::report {
namespace {

// Okabe and Ito's palette, told apart by colour-blind readers, as in the figures of runs; grey for
// its yellow. For dark pages lighter shades of the same hues.
constexpr std::array light_colors{"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                  "#E69F00", "#56B4E9", "#4D4D4D", "#8C8C8C"};
constexpr std::array dark_colors{"#56A8DC", "#F0894A", "#3CC79E", "#E3A5C7",
                                 "#F2BC4B", "#9AD2F5", "#D0D0D0", "#9E9E9E"};
static_assert(light_colors.size() == series_colors && dark_colors.size() == series_colors);

std::string attribute(const char* name, double value) {
  return fmt::format(" {}=\"{}\"", name, coordinate(value));
}

std::string classed(std::string_view style) {
  return style.empty() ? "" : fmt::format(" class=\"{}\"", style);
}

/// As a style, which is stronger than any class.
std::string colored(const char* property, std::string_view color) {
  if (color.empty()) return {};
  return std::string(" style=\"") + property + ':' + std::string(color) + '"';
}

std::string closed(const char* element, std::string_view title) {
  if (title.empty()) return "/>\n";
  return fmt::format("><title>{}</title></{}>\n", escaped(title), element);
}

}  // namespace

std::string coordinate(double value) {
  std::string text = rounded(value, 2);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : one_line(std::string(text))) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

std::string move(double x, double y) { return 'M' + coordinate(x) + ' ' + coordinate(y); }
std::string go(double x, double y) { return 'L' + coordinate(x) + ' ' + coordinate(y); }

Drawing::Drawing(double width, double height, std::string title, std::string description)
    : width_(width),
      height_(height),
      title_(std::move(title)),
      description_(std::move(description)) {}

void Drawing::line(double x1, double y1, double x2, double y2, std::string_view style,
                   std::string_view color) {
  body_ += fmt::format("<line{}{}{}{}{}{}/>\n", attribute("x1", x1), attribute("y1", y1),
                       attribute("x2", x2), attribute("y2", y2), classed(style),
                       colored("stroke", color));
}

void Drawing::rect(double x, double y, double width, double height, std::string_view style,
                   std::string_view title, std::string_view color) {
  body_ += fmt::format("<rect{}{}{}{}{}{}{}", attribute("x", x), attribute("y", y),
                       attribute("width", width), attribute("height", std::max(0.0, height)),
                       classed(style), colored("fill", color), closed("rect", title));
}

void Drawing::circle(double x, double y, double radius, std::string_view style,
                     std::string_view title, std::string_view color) {
  body_ += fmt::format("<circle{}{}{}{}{}{}", attribute("cx", x), attribute("cy", y),
                       attribute("r", radius), classed(style), colored("fill", color),
                       closed("circle", title));
}

/// Closed paths are filled, others drawn.
void Drawing::path(const std::string& data, std::string_view style, std::string_view color,
                   std::string_view title) {
  if (data.empty()) return;
  body_ +=
      fmt::format("<path d=\"{}\"{}{}{}", data, classed(style),
                  colored(data.back() == 'Z' ? "fill" : "stroke", color), closed("path", title));
}

void Drawing::text(double x, double y, const std::string& content, std::string_view style,
                   std::string_view anchor, double turn) {
  body_ += fmt::format("<text{}{}{}", attribute("x", x), attribute("y", y), classed(style));
  if (anchor != "start") body_ += fmt::format(" text-anchor=\"{}\"", anchor);
  if (turn != 0) {
    body_ += fmt::format(" transform=\"rotate({} {} {})\"", coordinate(turn), coordinate(x),
                         coordinate(y));
  }
  body_ += fmt::format(">{}</text>\n", escaped(content));
}

void Drawing::open_group(std::string_view style,
                         const std::vector<std::pair<std::string, std::string>>& data) {
  body_ += "<g" + classed(style);
  for (const auto& [name, value] : data)
    body_ += fmt::format(" data-{}=\"{}\"", name, escaped(value));
  body_ += ">\n";
}

void Drawing::close_group() { body_ += "</g>\n"; }

void Drawing::place(const Drawing& other, double x, double y) {
  body_ += fmt::format("<g transform=\"translate({} {})\">\n{}</g>\n", coordinate(x), coordinate(y),
                       other.body_);
}

std::string Drawing::open(bool alone) const {
  const std::string w = coordinate(width_), h = coordinate(height_);
  std::string text = fmt::format("<svg class=\"figure\" role=\"img\" viewBox=\"0 0 {} {}\"", w, h);
  if (alone) {
    text += fmt::format(" xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\"", w, h);
  } else {
    text += fmt::format(" style=\"--wide:{}px\"", w);
  }
  text += fmt::format(">\n<title>{}</title>\n<desc>{}</desc>\n", escaped(title_),
                      escaped(description_));
  if (alone) {
    text +=
        fmt::format("<style>{}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
                    figure_style(false));
  }
  return text;
}

std::string Drawing::embedded() const { return fmt::format("{}{}</svg>\n", open(false), body_); }
std::string Drawing::file() const { return fmt::format("{}{}</svg>\n", open(true), body_); }

std::string figure_style(bool dark) {
  const auto& colors = dark ? dark_colors : light_colors;
  const std::string ink = dark ? "#e6e6e6" : "#222222", faint = dark ? "#a8a8a8" : "#5c5c5c";
  const std::string grid = dark ? "#3a3d42" : "#e2e2e2", page = dark ? "#16181c" : "#ffffff";
  std::string css = fmt::format(
      ".figure text{{font:12px system-ui,'DejaVu Sans',sans-serif;fill:{}}}.figure "
      ".small{{font-size:10.5px;fill:{}}}.figure .heading{{font-size:13px;font-weight:600}}.figure "
      ".value{{font-size:10.5px;font-weight:600}}.grid{{stroke:{};stroke-width:1}}.axis{{stroke:{};"
      "stroke-width:1}}.chance{{stroke:{};stroke-width:1.3;stroke-dasharray:4 4;fill:none}}.figure "
      ".shine{{fill:#ffffff}}.figure "
      ".deep{{fill:#15202b}}.cross{{stroke:{};stroke-width:1.4;fill:none}}.curve{{fill:none;stroke-"
      "width:2;stroke-linejoin:round}}.thin{{stroke-width:1.3;stroke-dasharray:5 "
      "3}}.dotted{{stroke-width:2.2;stroke-dasharray:.1 "
      "4.4;stroke-linecap:round}}.band{{fill-opacity:.16;stroke:none}}.bar{{fill-opacity:.5}}."
      "hollow{{fill-opacity:.14;"
      "stroke-width:1.2;stroke-dasharray:3 "
      "2}}.dots{{fill:none;stroke-linecap:round;stroke-width:4.4;stroke-opacity:.85}}.rim{{stroke:{"
      "};stroke-width:.7}}.mid{{stroke-width:2.6;fill:none}}.best{{fill:none;stroke-width:2;stroke:"
      "{}}}.ring{{fill:none;stroke-width:1.3}}.strand{{fill:none;stroke-width:1.5;stroke-opacity:."
      "75}}.frame{{fill:none;stroke:{}}}.halo{{paint-order:stroke;stroke-width:3;stroke:{}}}\n",
      ink, faint, grid, faint, faint, ink, page, colors[1], grid, page);
  for (std::size_t i = 0; i < colors.size(); ++i) {
    const std::string number = std::to_string(i), color = colors[i];
    css += fmt::format(".s{}{{fill:{}}}.l{}{{stroke:{}}}", number, color, number, color);
  }
  return css + '\n';
}

std::string_view curve_style(Stroke stroke) {
  switch (stroke) {
    case Stroke::solid:
      return "curve l";
    case Stroke::dashed:
      return "curve thin l";
    case Stroke::dotted:
      break;
  }
  return "curve dotted l";
}

std::string_view legend_style(Stroke stroke) {
  return stroke == Stroke::solid ? "mid l" : curve_style(stroke);
}

Shade shade(double share) {
  const double s = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0;
  // Straight through three blues, so that lightness falls evenly.
  constexpr std::array<std::array<double, 3>, 3> stops{
      {{237, 243, 250}, {107, 174, 214}, {8, 48, 107}}};
  const std::size_t part = s < 0.5 ? 0 : 1;
  char color[8];
  std::array<int, 3> rgb{};
  for (std::size_t c = 0; c < 3; ++c) {
    rgb[c] = static_cast<int>(std::lround(
        std::lerp(stops[part][c], stops[part + 1][c], 2 * s - static_cast<double>(part))));
  }
  std::snprintf(color, sizeof color, "#%02x%02x%02x", rgb[0] & 255, rgb[1] & 255, rgb[2] & 255);
  return {color, s > 0.55};
}

std::vector<double> ticks(double low, double high, int count) {
  if (!(high > low)) return {low};
  if (!std::isfinite(high - low)) return {low, high};
  const double rough = (high - low) / count, ten = std::pow(10, std::floor(std::log10(rough)));
  double step = 10 * ten;
  for (const double factor : {1, 2, 5}) {
    if (factor * ten >= rough * 0.999) {
      step = factor * ten;
      break;
    }
  }
  std::vector<double> places;
  const double first = std::ceil(low / step - 1e-9);
  for (int i = 0; i <= 2 * count; ++i) {  // numbers that hardly differ are more steps than doubles
    const double place = (first + i) * step + 0.0;  // -0.0 becomes 0
    if (!(place <= high + 1e-9 * step)) break;
    if (places.empty() || place > places.back()) places.push_back(place);
  }
  return places;
}

}  // namespace glia::report
