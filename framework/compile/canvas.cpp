// SPDX-License-Identifier: MIT
#include "compile/picture.hpp"
#include "core/files.hpp"
#include "core/log.hpp"
#include "report/png.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace glia::compile {
namespace {

constexpr double apart = 22, margin = 40;
constexpr double letter = 6.6;  // about the width of one in a title

double wide_enough(std::int64_t cells, const std::string& title) {
  return std::max(2 * margin + apart * static_cast<double>(cells),
                  margin + letter * static_cast<double>(title.size()));
}

}  // namespace

std::string color_of(std::size_t k, std::size_t count) {
  const double hue = 360.0 * static_cast<double>(k) / static_cast<double>(count);
  return fmt::format("hsl({:.0f},70%,{}%)", hue, k % 2 == 0 ? 45 : 62);
}

Canvas::Canvas(const Matrix& matrix, const std::string& title, const std::string& legend)
    : matrix_(matrix),
      widest_(matrix.widest()),
      drawing_(
          wide_enough(widest_, title),
          2 * margin + apart * static_cast<double>(matrix.rows.size() + 1), title,
          fmt::format("Rows of cells from the inputs at the top to the outputs at the bottom; {}.",
                      legend)) {
  drawing_.text(margin / 2, margin / 2, title, "heading");
}

double Canvas::x(const Spot& at) const {
  const auto side = static_cast<double>(widest_ - width(at.row)) / 2;
  return margin + apart * (side + static_cast<double>(at.cell) + 0.5);
}

double Canvas::left() { return margin; }
double Canvas::step() { return apart; }

double Canvas::y(std::size_t row) const {
  return margin + apart * (static_cast<double>(row) + 0.5);
}

void Canvas::draw_cells() {
  for (std::size_t r = 0; r <= matrix_.rows.size(); ++r) {
    for (std::int64_t j = 0; j < width(r); ++j) {
      drawing_.circle(x({r, j}), y(r), 5.2, "", "", "#e9e9e9");
    }
  }
}

void Canvas::draw_ends() {
  const std::string ring = "none;stroke:#333;stroke-width:1.1";
  for (const MatrixEnd& end : matrix_.ends) {
    const auto row = static_cast<std::size_t>(end.row);
    for (const std::int64_t cell : end.cells) {
      drawing_.circle(x({row, cell}), y(row), 6.6, "", "", ring);
    }
  }
  for (std::int64_t j = 0; j < matrix_.inputs; ++j) {
    drawing_.circle(x({0, j}), y(0), 6.6, "", "", ring);
  }
}

void write_drawing(const std::filesystem::path& folder, const std::string& stem,
                   const std::string& svg) {
  write_file(folder / (stem + ".svg"), svg);
  // A picture is a convenience: without the program that draws the PNG the rest stands all the same.
  if (const auto problem = report::draw_png(folder, stem, {"-z", "2"})) {
    log().warn("no {}.png: {}", stem, problem.text);
  }
}

}  // namespace glia::compile
