// SPDX-License-Identifier: MIT
// The Sudoku solved: the matrix as a lattice, every connection a way.
#include "compile/picture.hpp"

#include "compile/compile.hpp"
#include "compile/matrix.hpp"
#include "compile/ways.hpp"

#include <fmt/format.h>

#include <vector>

namespace glia::compile {
namespace {

constexpr std::size_t most_rows = 60;
constexpr std::int64_t most_cells = 48;  // of the widest row
constexpr std::size_t most_ways = 160;
constexpr double spread = 1.6;

/// Ways that share cells lie side by side; a dot is a crossing.
void draw_ways(Canvas& canvas, const std::vector<Way>& ways) {
  const std::size_t count = ways.size();
  for (std::size_t k = 0; k < count; ++k) {
    const double shift = spread * (static_cast<double>(k % 5) - 2);
    std::string path;
    for (const Spot& spot : ways[k].spots) {
      path += path.empty() ? report::move(canvas.x(spot) + shift, canvas.y(spot.row))
                           : report::go(canvas.x(spot) + shift, canvas.y(spot.row));
    }
    canvas.drawing().path(path, "",
                          color_of(k, count) + ";fill:none;stroke-width:1.4;stroke-opacity:.8");
  }
  for (std::size_t k = 0; k < count; ++k) {
    const Spot& at = ways[k].crossing;
    canvas.drawing().circle(canvas.x(at), canvas.y(at.row), 3.6, "",
                            fmt::format("row {}, weight {:.4g}", at.row, ways[k].weight),
                            color_of(k, count));
  }
}

}  // namespace

std::string picture_of(const Matrix& matrix, const std::string& title) {
  if (matrix.rows.size() > most_rows || matrix.widest() > most_cells) return {};
  const std::vector<Way> ways = ways_of(matrix);
  const bool mixes = ways.empty();
  if (ways.size() > most_ways) return {};
  Canvas canvas(matrix, title,
                mixes ? "every line is a weight, in the colour of what it mostly carries; dots are "
                        "cells that mix two or three"
                      : "each connection of the network is a way in a colour of its own, each "
                        "crossing a dot");
  canvas.draw_cells();
  if (mixes) {
    draw_taps(canvas);
  } else {
    draw_ways(canvas, ways);
  }
  canvas.draw_ends();
  return canvas.drawing().file();
}

}  // namespace glia::compile
