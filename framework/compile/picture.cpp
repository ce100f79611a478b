// SPDX-License-Identifier: MIT
// The Sudoku solved: the matrix as a lattice, every connection a way.
#include "compile/picture.hpp"

#include "compile/compile.hpp"
#include "compile/matrix.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>
#include <vector>

namespace glia::compile {
namespace {

constexpr std::size_t most_rows = 60;
constexpr std::int64_t most_cells = 48;  // of the widest row
constexpr std::size_t most_ways = 160;
constexpr double spread = 1.6;

/// Ways through a matrix whose cells copy, or take up one connection.
class Ways {
 public:
  explicit Ways(const Matrix& matrix) : matrix_(matrix) { find(); }

  /// Empty if a row mixes what it carries, so that there are no ways.
  const std::vector<std::vector<Spot>>& all() const { return ways_; }
  const std::vector<Spot>& crossings() const { return crossings_; }
  const std::vector<double>& weights() const { return weights_; }

 private:
  void find() {
    for (std::size_t r = 0; r < matrix_.rows.size(); ++r) {
      const MatrixRow& row = matrix_.rows[r];
      for (std::size_t j = 0; j < row.weight.size(); ++j) {
        int crossing = 0;
        for (std::size_t t = 0; t < 3; ++t) {
          if (!row.crossing[j][t]) continue;
          ++crossing;
          const std::int64_t from = static_cast<std::int64_t>(j + t) + row.offset();
          add({r + 1, static_cast<std::int64_t>(j)}, {r, from}, row.weight[j][t]);
        }
        if (crossing > 1) return ways_.clear();
      }
    }
  }

  void add(Spot neuron, Spot input, double weight) {
    std::vector<Spot> way;
    std::vector<Spot> before;
    for (std::optional<Spot> at = input; at; at = source(*at)) before.push_back(*at);
    way.assign(before.rbegin(), before.rend());
    for (std::optional<Spot> at = neuron; at; at = target(*at)) way.push_back(*at);
    crossings_.push_back(neuron);
    weights_.push_back(weight);
    ways_.push_back(std::move(way));
  }

  /// Where a copy comes from; none where its layer begins.
  std::optional<Spot> source(const Spot& at) const {
    if (at.row == 0 || begins_layer(at.row)) return std::nullopt;
    const MatrixRow& row = matrix_.rows[at.row - 1];
    const auto j = static_cast<std::size_t>(at.cell);
    for (std::size_t t = 0; t < 3; ++t) {
      if (row.weight[j][t] == 0 || row.crossing[j][t]) continue;
      return Spot{at.row - 1, at.cell + static_cast<std::int64_t>(t) + row.offset()};
    }
    return std::nullopt;
  }

  /// Who takes over what a cell has gathered; none where its layer ends.
  std::optional<Spot> target(const Spot& at) const {
    if (at.row == matrix_.rows.size() || begins_layer(at.row)) return std::nullopt;
    const MatrixRow& row = matrix_.rows[at.row];
    for (std::int64_t j = 0; j < row.out; ++j) {
      const std::int64_t t = at.cell - j - row.offset();
      if (t < 0 || t > 2) continue;
      const auto cell = static_cast<std::size_t>(j), tap = static_cast<std::size_t>(t);
      if (row.weight[cell][tap] != 0 && !row.crossing[cell][tap]) return Spot{at.row + 1, j};
    }
    return std::nullopt;
  }

  bool begins_layer(std::size_t row) const { return row > 0 && matrix_.layer_after(row - 1) >= 0; }

  const Matrix& matrix_;
  std::vector<std::vector<Spot>> ways_;
  std::vector<Spot> crossings_;
  std::vector<double> weights_;
};

/// Ways that share cells lie side by side; a dot is a crossing.
void draw_ways(Canvas& canvas, const Ways& ways) {
  const std::size_t count = ways.all().size();
  for (std::size_t k = 0; k < count; ++k) {
    const double shift = spread * (static_cast<double>(k % 5) - 2);
    std::string path;
    for (const Spot& spot : ways.all()[k]) {
      path += path.empty() ? report::move(canvas.x(spot) + shift, canvas.y(spot.row))
                           : report::go(canvas.x(spot) + shift, canvas.y(spot.row));
    }
    canvas.drawing().path(path, "",
                          color_of(k, count) + ";fill:none;stroke-width:1.4;stroke-opacity:.8");
  }
  for (std::size_t k = 0; k < ways.crossings().size(); ++k) {
    const Spot& at = ways.crossings()[k];
    canvas.drawing().circle(canvas.x(at), canvas.y(at.row), 3.6, "",
                            fmt::format("row {}, weight {:.4g}", at.row, ways.weights()[k]),
                            color_of(k, count));
  }
}

}  // namespace

std::string picture_of(const Matrix& matrix, const std::string& title) {
  if (matrix.rows.size() > most_rows || matrix.widest() > most_cells) return {};
  const Ways ways(matrix);
  const bool mixes = ways.all().empty();
  if (ways.all().size() > most_ways) return {};
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
