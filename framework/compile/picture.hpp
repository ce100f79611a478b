// SPDX-License-Identifier: MIT
#pragma once

#include "compile/matrix.hpp"
#include "compile/ways.hpp"
#include "report/svg.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace glia::compile {

/// A colour for way `k` of `count`: hues all round, alternately light and dark.
std::string color_of(std::size_t k, std::size_t count);

/// The lattice of a matrix: its cells as pale dots, from the inputs at the top to the outputs.
class Canvas {
 public:
  Canvas(const Matrix& matrix, const std::string& title, const std::string& legend);

  const Matrix& matrix() const { return matrix_; }
  report::Drawing& drawing() { return drawing_; }
  double x(const Spot& at) const;
  double y(std::size_t row) const;
  static double left();  ///< x of the left edge of the widest row
  static double step();  ///< from cell to cell

  void draw_cells();
  /// Rings round the inputs and round the neurons at the end of each layer.
  void draw_ends();

 private:
  std::int64_t width(std::size_t row) const {
    return row == 0 ? matrix_.inputs + matrix_.pad : matrix_.rows[row - 1].out;
  }

  const Matrix& matrix_;
  std::int64_t widest_;
  report::Drawing drawing_;
};

/// Every weight as a line in the colour of the input of its layer that it mostly carries (of one or
/// two inputs: of the place that it comes from), the thicker the greater it is in its row; cells
/// that mix two or three are dots.
void draw_taps(Canvas& canvas);

/// Writes `stem`.svg and draws `stem`.png from it; a warning if the program that draws is missing.
void write_drawing(const std::filesystem::path& folder, const std::string& stem,
                   const std::string& svg);

}  // namespace glia::compile
