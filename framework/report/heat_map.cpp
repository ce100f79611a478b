// SPDX-License-Identifier: MIT
#include "report/heat_map.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <cmath>

namespace glia::report {
namespace {

constexpr double sheet = 760;

/// The colours run from the lowest to the highest median.
struct Scale {
  double low = INFINITY, high = -INFINITY;
  double share(double value) const { return high > low ? (value - low) / (high - low) : 0.5; }
};

struct Frame {
  double left = 60, top = 34;
  double cell_width = 0, cell_height = 0;
};

std::size_t longest(const std::vector<std::string>& labels) {
  std::size_t most = 0;
  for (const auto& label : labels) most = std::max(most, width(label));
  return std::min<std::size_t>(most, 24);
}

Frame frame_of(const HeatMap& map) {
  Frame frame;
  frame.left = 40 + 7.0 * static_cast<double>(longest(map.rows));
  frame.top = map.heading.empty() ? 12 : 34;
  const auto columns = static_cast<double>(std::max<std::size_t>(1, map.columns.size()));
  frame.cell_width = std::min(90.0, (sheet - frame.left - 14) / columns);
  frame.cell_height = map.rows.size() > 20 ? 16 : 34;
  return frame;
}

void draw_cell(const HeatCell& cell, double x, double y, const Frame& frame, const Scale& scale,
               const std::string& where, Drawing& drawing) {
  if (!std::isfinite(cell.median)) return;
  const Shade fill = shade(scale.share(cell.median));
  const std::string value = rounded(100 * cell.median, 1);
  drawing.rect(x + 1, y + 1, frame.cell_width - 2, frame.cell_height - 2, "",
               where + ": median " + value + " %, n = " + std::to_string(cell.n) + ", collapsed " +
                   std::to_string(cell.collapsed),
               fill.color);
  const char* style = fill.light_text ? "value shine" : "value deep";
  const double middle = x + frame.cell_width / 2;
  const bool two_lines = cell.collapsed > 0 && frame.cell_height >= 30;
  if (frame.cell_width >= 28) {
    drawing.text(middle, y + frame.cell_height / 2 + (two_lines ? -1 : 4), value, style, "middle");
    if (two_lines) {
      drawing.text(middle, y + frame.cell_height / 2 + 11,
                   "\xC3\x97" + std::to_string(cell.collapsed), style, "middle");
    }
  }
}

void draw_scale(const Scale& scale, double y, double left, Drawing& drawing) {
  if (!(scale.high > scale.low)) return;
  constexpr int steps = 24;
  for (int i = 0; i < steps; ++i) {
    drawing.rect(left + 6.0 * i, y, 6.3, 10, "", "", shade(i / (steps - 1.0)).color);
  }
  drawing.text(left, y + 23, rounded(100 * scale.low, 1) + " %", "small");
  drawing.text(left + 6 * steps, y + 23, rounded(100 * scale.high, 1) + " %", "small", "end");
  drawing.text(left + 6 * steps + 10, y + 9, "median test accuracy", "small");
}

}  // namespace

Drawing draw_heat_map(const HeatMap& map) {
  const Frame frame = frame_of(map);
  const double bottom = frame.top + frame.cell_height * static_cast<double>(map.rows.size());
  Scale scale;
  for (const auto& [place, cell] : map.cells) {
    if (!std::isfinite(cell.median)) continue;
    scale.low = std::min(scale.low, cell.median);
    scale.high = std::max(scale.high, cell.median);
  }
  const bool slanted = 7.0 * static_cast<double>(longest(map.columns)) > frame.cell_width - 4;
  const double label_room = slanted ? 24 + 4.2 * static_cast<double>(longest(map.columns)) : 20;
  Drawing drawing(sheet, bottom + label_room + 58, map.title,
                  "Colour: median of the finished runs, collapsed ones included.");
  if (!map.heading.empty()) drawing.text(frame.left, 18, map.heading, "heading");
  for (std::size_t r = 0; r < map.rows.size(); ++r) {
    const double y = frame.top + frame.cell_height * static_cast<double>(r);
    drawing.text(frame.left - 6, y + frame.cell_height / 2 + 4,
                 shortened(one_line(map.rows[r]), 24), "", "end");
  }
  for (std::size_t c = 0; c < map.columns.size(); ++c) {
    const double x = frame.left + frame.cell_width * (static_cast<double>(c) + 0.5);
    const std::string label = shortened(one_line(map.columns[c]), 24);
    slanted ? drawing.text(x + 4, bottom + 14, label, "", "end", -35)
            : drawing.text(x, bottom + 15, label, "", "middle");
  }
  for (const auto& [place, cell] : map.cells) {
    const auto [row, column] = place;
    draw_cell(cell, frame.left + frame.cell_width * static_cast<double>(column),
              frame.top + frame.cell_height * static_cast<double>(row), frame, scale,
              map.rows[row] + ", " + map.columns[column], drawing);
  }
  const double columns_width = frame.cell_width * static_cast<double>(map.columns.size());
  drawing.text(frame.left + columns_width / 2, bottom + label_room + 12, map.x_label, "", "middle");
  drawing.text(14, (frame.top + bottom) / 2, map.y_label, "", "middle", -90);
  draw_scale(scale, bottom + label_room + 26, frame.left, drawing);
  return drawing;
}

}  // namespace glia::report
