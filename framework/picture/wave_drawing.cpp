// SPDX-License-Identifier: MIT
#include "picture/wave_drawing.hpp"

#include "core/text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>

namespace glia::picture {
namespace {

using report::coordinate;

constexpr double sheet = 760, left = 150, right = 76;
constexpr double strip = sheet - left - right;
constexpr int levels = 32;  // of colour, to each side of white

struct Size {
  double cell_width = 0, cell_height = 0;
  double width(const Shape& shape) const { return cell_width * static_cast<double>(shape.width); }
  double height(const Shape& shape) const {
    return cell_height * static_cast<double>(shape.height);
  }
};

/// Cells of a chain are as wide as the longest chain allows, so that neighbours stand above each
/// other; cells of a sheet are squares.
Size size_of(const WaveRow& row, double chain_width) {
  if (!row.shape.is_sheet()) return {chain_width, 16};
  const auto longer = static_cast<double>(std::max(row.shape.height, row.shape.width));
  const double side = std::clamp(112 / longer, 1.0, 16.0);
  const double fitting = std::min(side, strip / static_cast<double>(row.shape.width));
  return {fitting, fitting};
}

double largest_of(const WaveRow& row) {
  double most = 0;
  for (const float value : row.values) {
    if (std::isfinite(value)) most = std::max(most, std::abs(static_cast<double>(value)));
  }
  return most;
}

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

std::string numbers_text(const std::vector<float>& values) {
  return fmt::format("{:.9g}", fmt::join(values, " "));
}

/// Cells of one colour are one path: a row of thousands stays small.
void draw_cells(const WaveRow& row, double x, double y, const Size& size, double most,
                report::Drawing& drawing) {
  std::map<int, std::string> paths;
  const double gap = std::min(size.cell_width, size.cell_height) > 6 ? 1 : 0;
  for (std::size_t i = 0; i < row.values.size(); ++i) {
    const double share = most > 0 ? static_cast<double>(row.values[i]) / most : 0;
    const int level = std::isfinite(share) ? static_cast<int>(std::lround(share * levels)) : 0;
    const auto at = static_cast<std::int64_t>(i);
    const double cx = x + size.cell_width * static_cast<double>(at % row.shape.width);
    const double cy = y + size.cell_height * static_cast<double>(at / row.shape.width);
    paths[level] += fmt::format(
        "M{} {}h{}v{}h-{}Z", coordinate(cx), coordinate(cy), coordinate(size.cell_width - gap),
        coordinate(size.cell_height - gap), coordinate(size.cell_width - gap));
  }
  for (const auto& [level, data] : paths) {
    drawing.path(data, "", wave_color(static_cast<double>(level) / levels));
  }
}

/// Draws one row below `y` and returns where it ends.
double draw_row(const WaveRow& row, double y, double chain_width, report::Drawing& drawing) {
  const Size size = size_of(row, chain_width);
  const double most = largest_of(row), height = size.height(row.shape);
  const double x = left + (strip - size.width(row.shape)) / 2;
  const std::string cells = row.shape.is_sheet()
                                ? fmt::format("{} \xC3\x97 {}", row.shape.height, row.shape.width)
                                : std::to_string(row.shape.cells());
  drawing.text(left - 10, y + height / 2 + 4,
               fmt::format("{}, {}", shortened(one_line(row.name), 14), cells), "", "end");
  drawing.rect(x - 0.5, y - 0.5, size.width(row.shape) + 1, height + 1, "frame");
  draw_cells(row, x, y, size, most, drawing);
  drawing.text(sheet - right + 8, y + height / 2 + 4, "\xC2\xB1" + short_number(most), "small");
  return y + height;
}

void draw_scale(double y, report::Drawing& drawing) {
  constexpr int steps = 33;
  for (int i = 0; i < steps; ++i) {
    drawing.rect(left + 6.0 * i, y, 6.3, 10, "", "", wave_color(2.0 * i / (steps - 1) - 1));
  }
  drawing.text(left, y + 23, "\xE2\x88\x92m", "small");
  drawing.text(left + 3 * steps, y + 23, "0", "small", "middle");
  drawing.text(left + 6 * steps, y + 23, "+m", "small", "end");
  drawing.text(left + 6 * steps + 10, y + 9,
               "m: the largest number of the row, which stands to its right", "small");
}

/// Bars of probabilities, or values, and the answer above them.
double draw_answer(const Wave& wave, double y, report::Drawing& drawing) {
  double most = wave.classified ? 1 : 1e-12;
  for (const float value : wave.answers)
    most = std::max(most, std::abs(static_cast<double>(value)));
  std::string answer = "answer";
  if (wave.classified) {
    answer = "answer: " + wave.columns[wave.given];
    if (!wave.truth.empty()) {
      const bool right = wave.truth == wave.columns[wave.given];
      answer += right ? " (right)" : fmt::format(" (it is: {})", wave.truth);
    }
  }
  drawing.text(left, y + 12, answer, "heading");
  y += 20;
  const bool small = wave.answers.size() > 40;
  const double row = small ? 8 : 16;
  for (std::size_t i = 0; i < wave.answers.size(); ++i) {
    const double value = wave.answers[i], length = std::abs(value) / most * strip;
    const bool given = wave.classified && i == wave.given;
    drawing.rect(left, y + 2, length, row - 4, given ? "s1" : "bar s0",
                 fmt::format("{}: {}", wave.columns[i], short_number(value)));
    if (!small) {
      drawing.text(left - 10, y + 12, shortened(one_line(wave.columns[i]), 20), "", "end");
      drawing.text(left + length + 6, y + 12,
                   wave.classified ? rounded(100 * value, 1) + " %" : short_number(value), "small");
    }
    y += row;
  }
  return y;
}

}  // namespace

/// From Okabe and Ito's blue over white to their vermilion: told apart by colour-blind readers.
std::string wave_color(double share) {
  constexpr std::array<double, 3> minus{0, 114, 178}, zero{250, 250, 250}, plus{213, 94, 0};
  const auto& end = share < 0 ? minus : plus;
  const double part = std::min(1.0, std::abs(share));
  char text[8];
  std::array<int, 3> rgb{};
  for (std::size_t c = 0; c < 3; ++c) {
    rgb[c] = static_cast<int>(std::lround(std::lerp(zero[c], end[c], part)));
  }
  std::snprintf(text, sizeof text, "#%02x%02x%02x", rgb[0] & 255, rgb[1] & 255, rgb[2] & 255);
  return text;
}

WaveDrawing draw_wave(const Wave& wave) {
  std::int64_t longest = 1;
  for (const auto& row : wave.rows) {
    if (!row.shape.is_sheet()) longest = std::max(longest, row.shape.width);
  }
  if (!wave.input.shape.is_sheet()) longest = std::max(longest, wave.input.shape.width);
  const double chain = std::min(22.0, strip / static_cast<double>(longest));
  constexpr double top = 34, gap = 6;
  double height = top;
  std::vector<const WaveRow*> rows{&wave.input};
  for (const auto& row : wave.rows) rows.push_back(&row);
  for (const auto* row : rows) height += size_of(*row, chain).height(row->shape) + gap;
  const double answers =
      20 + (wave.answers.size() > 40 ? 8 : 16) * static_cast<double>(wave.answers.size());
  height += 8 + answers + 44;
  WaveDrawing made{sheet,
                   height,
                   report::Drawing(sheet, height, "Wave: " + wave.title,
                                   "A strip of cells for every row, from the input to the answer."),
                   {}};
  auto& drawing = made.drawing;
  drawing.text(left, 20, shortened(one_line(wave.title), 80), "heading");
  double y = top;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    drawing.open_group("row", {{"frame", std::to_string(i)},
                               {"name", rows[i]->name},
                               {"shape", std::to_string(rows[i]->shape.height) + ' ' +
                                             std::to_string(rows[i]->shape.width)},
                               {"values", numbers_text(rows[i]->values)}});
    const double end = draw_row(*rows[i], y, chain, drawing);
    drawing.close_group();
    made.frames.emplace_back(y - gap / 2, end + gap / 2);
    y = end + gap;
  }
  y += 8;
  drawing.open_group("row", {{"frame", std::to_string(rows.size())},
                             {"name", "answer"},
                             {"values", numbers_text(wave.answers)}});
  const double end = draw_answer(wave, y, drawing);
  drawing.close_group();
  made.frames.emplace_back(y - gap / 2, end + gap / 2);
  draw_scale(end + 14, drawing);
  return made;
}

}  // namespace glia::picture
