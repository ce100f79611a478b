// SPDX-License-Identifier: MIT
#pragma once

#include "report/svg.hpp"

#include <glia/sdk/shape.hpp>

#include <span>
#include <string>
#include <vector>

namespace glia::picture {

/// The colour of a number in [-1, 1]: "#d55e00" for 1, over near white for 0, "#0072b2" for -1.
std::string wave_color(double share);

/// Where cells stand in a drawing, and how large each of them is.
struct CellsPlace {
  double x = 0, y = 0, cell_width = 0, cell_height = 0;
};

/// What is drawn of cells: each by itself, or neighbours of one colour as one, which keeps pictures
/// of many pixels small.
enum class CellsAs { single, runs };

/// Colours run from blue (minus `most`) over white to vermilion (plus `most`).
void draw_cells(std::span<const float> values, const Shape& shape, const CellsPlace& place,
                double most, CellsAs as, report::Drawing& drawing);

/// The scale of these colours from `x` on, 33 high at most, and what m is.
void draw_cells_scale(double x, double y, const std::string& m, report::Drawing& drawing);

/// The largest distance from 0 of what is finite.
double largest_of(std::span<const float> values);

/// "0.123", "1.2e-05".
std::string short_number(double value);

/// Numbers with blanks between them, so exactly that they read back as the same.
std::string numbers_text(std::span<const float> values);

/// "28 × 28", "20".
std::string cells_text(const Shape& shape);

}  // namespace glia::picture
