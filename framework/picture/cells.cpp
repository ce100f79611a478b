// SPDX-License-Identifier: MIT
#include "picture/cells.hpp"

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

constexpr int levels = 32;  // of colour, to each side of white

int level_of(double value, double most) {
  const double share = most > 0 ? value / most : 0;
  return std::isfinite(share) ? static_cast<int>(std::lround(std::clamp(share, -1.0, 1.0) * levels))
                              : 0;
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

/// Cells of one colour are one path: a row of thousands stays small.
void draw_cells(std::span<const float> values, const Shape& shape, const CellsPlace& place,
                double most, CellsAs as, report::Drawing& drawing) {
  std::map<int, std::string> paths;
  const double gap = std::min(place.cell_width, place.cell_height) > 6 ? 1 : 0;
  const auto columns = static_cast<std::size_t>(std::max<std::int64_t>(1, shape.width));
  for (std::size_t i = 0; i < values.size();) {
    const int level = level_of(values[i], most);
    std::size_t end = i + 1;
    const std::size_t row_end = std::min(values.size(), (i / columns + 1) * columns);
    while (as == CellsAs::runs && end < row_end && level_of(values[end], most) == level) ++end;
    const std::string across = coordinate(place.cell_width * static_cast<double>(end - i) - gap);
    paths[level] +=
        fmt::format("M{} {}h{}v{}h-{}Z",
                    coordinate(place.x + place.cell_width * static_cast<double>(i % columns)),
                    coordinate(place.y + place.cell_height * static_cast<double>(i / columns)),
                    across, coordinate(place.cell_height - gap), across);
    i = end;
  }
  for (const auto& [level, data] : paths) {
    drawing.path(data, "", wave_color(static_cast<double>(level) / levels));
  }
}

void draw_cells_scale(double x, double y, const std::string& m, report::Drawing& drawing) {
  constexpr int steps = 33;
  for (int i = 0; i < steps; ++i) {
    drawing.rect(x + 6.0 * i, y, 6.3, 10, "", "", wave_color(2.0 * i / (steps - 1) - 1));
  }
  drawing.text(x, y + 23, "\xE2\x88\x92m", "small");
  drawing.text(x + 3 * steps, y + 23, "0", "small", "middle");
  drawing.text(x + 6 * steps, y + 23, "+m", "small", "end");
  drawing.text(x + 6 * steps + 10, y + 9, m, "small");
}

double largest_of(std::span<const float> values) {
  double most = 0;
  for (const float value : values) {
    if (std::isfinite(value)) most = std::max(most, std::abs(static_cast<double>(value)));
  }
  return most;
}

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

std::string numbers_text(std::span<const float> values) {
  return fmt::format("{:.9g}", fmt::join(values, " "));
}

std::string cells_text(const Shape& shape) {
  return shape.is_sheet() ? fmt::format("{} \xC3\x97 {}", shape.height, shape.width)
                          : std::to_string(shape.cells());
}

}  // namespace glia::picture
