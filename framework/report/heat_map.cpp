// SPDX-License-Identifier: MIT
#include "report/heat_map.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <cmath>

namespace glia::report {
namespace {

constexpr double sheet = 760;
constexpr std::size_t longest_label = 24;

struct Frame {
  double left = 60, top = 34;
  double cell_width = 0, cell_height = 0, gap = 1;
};

std::size_t longest(const std::vector<std::string>& labels) {
  std::size_t most = 0;
  for (const auto& label : labels) most = std::max(most, width(label));
  return std::min(most, longest_label);
}

Frame frame_of(const HeatMap& map) {
  Frame frame;
  frame.left = 40 + 7.0 * static_cast<double>(longest(map.rows));
  frame.top = map.heading.empty() ? 12 : 34;
  const auto columns = static_cast<double>(std::max<std::size_t>(1, map.columns.size()));
  frame.cell_width = std::min(90.0, (sheet - frame.left - 14) / columns);
  frame.cell_height = map.flat || map.rows.size() > 20 ? 16 : 34;
  if (map.flat) frame.gap = 0;
  return frame;
}

void draw_cell(const HeatCell& cell, double x, double y, const Frame& frame, Drawing& drawing) {
  const Shade fill = shade(cell.share);
  drawing.rect(x + frame.gap, y + frame.gap, frame.cell_width - 2 * frame.gap,
               frame.cell_height - 2 * frame.gap, "", cell.title, fill.color);
  if (cell.text.empty() || frame.cell_width < 28) return;
  const char* style = fill.light_text ? "value shine" : "value deep";
  const double middle = x + frame.cell_width / 2;
  const bool two_lines = !cell.note.empty() && frame.cell_height >= 30;
  drawing.text(middle, y + frame.cell_height / 2 + (two_lines ? -1 : 4), cell.text, style,
               "middle");
  if (two_lines) drawing.text(middle, y + frame.cell_height / 2 + 11, cell.note, style, "middle");
}

void draw_labels(const HeatMap& map, const Frame& frame, double bottom, bool slanted,
                 Drawing& drawing) {
  for (std::size_t r = 0; r < map.rows.size(); ++r) {
    const double y = frame.top + frame.cell_height * static_cast<double>(r);
    drawing.text(frame.left - 6, y + frame.cell_height / 2 + 4,
                 shortened(one_line(map.rows[r]), longest_label), "", "end");
  }
  for (std::size_t c = 0; c < map.columns.size(); c += map.every_column) {
    const double x = frame.left + frame.cell_width * (static_cast<double>(c) + 0.5);
    const std::string label = shortened(one_line(map.columns[c]), longest_label);
    slanted ? drawing.text(x + 4, bottom + 14, label, "", "end", -35)
            : drawing.text(x, bottom + 15, label, "", "middle");
  }
}

void draw_scale(const HeatMap& map, double y, double left, Drawing& drawing) {
  if (map.scale_label.empty()) return;
  constexpr int steps = 24;
  constexpr double step = 8;  // as wide as a number with its unit at either end
  for (int i = 0; i < steps; ++i) {
    drawing.rect(left + step * i, y, step + 0.3, 10, "", "", shade(i / (steps - 1.0)).color);
  }
  drawing.text(left, y + 23, map.low, "small");
  drawing.text(left + step * steps, y + 23, map.high, "small", "end");
  drawing.text(left + step * steps + 10, y + 9, map.scale_label, "small");
}

}  // namespace

Drawing draw_heat_map(const HeatMap& map) {
  const Frame frame = frame_of(map);
  const double bottom = frame.top + frame.cell_height * static_cast<double>(map.rows.size());
  const double room = frame.cell_width * static_cast<double>(map.every_column);
  const bool slanted = 7.0 * static_cast<double>(longest(map.columns)) > room - 4;
  // Slanted labels reach down, and to the left as far as the sheet goes.
  const double label_room = slanted ? 24 + 4.2 * static_cast<double>(longest(map.columns)) : 20;
  Drawing drawing(sheet, bottom + label_room + 58, map.title, map.description);
  if (!map.heading.empty()) drawing.text(frame.left, 18, map.heading, "heading");
  draw_labels(map, frame, bottom, slanted, drawing);
  for (const auto& [place, cell] : map.cells) {
    const auto [row, column] = place;
    draw_cell(cell, frame.left + frame.cell_width * static_cast<double>(column),
              frame.top + frame.cell_height * static_cast<double>(row), frame, drawing);
  }
  const double columns_width = frame.cell_width * static_cast<double>(map.columns.size());
  drawing.text(frame.left + columns_width / 2, bottom + label_room + 12, map.x_label, "", "middle");
  drawing.text(14, (frame.top + bottom) / 2, map.y_label, "", "middle", -90);
  draw_scale(map, bottom + label_room + 26, frame.left, drawing);
  return drawing;
}

}  // namespace glia::report
