// SPDX-License-Identifier: MIT
// The Sudoku solved: the matrix as a lattice, every connection a way.
#include "compile/compile.hpp"
#include "compile/matrix.hpp"
#include "report/svg.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <optional>

namespace glia::compile {
namespace {

constexpr std::size_t most_rows = 60;
constexpr std::int64_t most_cells = 48;  // of the widest row
constexpr std::size_t most_ways = 160;
constexpr double step = 22, margin = 40, spread = 1.6;

/// A cell: number of the row (0: the inputs) and of the cell in it.
struct Spot {
  std::size_t row;
  std::int64_t cell;
};

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

/// A colour for way `k` of `count`: hues all round, alternately light and dark.
std::string color_of(std::size_t k, std::size_t count) {
  const double hue = 360.0 * static_cast<double>(k) / static_cast<double>(count);
  return fmt::format("hsl({:.0f},70%,{}%)", hue, k % 2 == 0 ? 45 : 62);
}

class Picture {
 public:
  Picture(const Matrix& matrix, const std::string& title)
      : matrix_(matrix),
        widest_(matrix.widest()),
        drawing_(
            2 * margin + step * static_cast<double>(widest_),
            2 * margin + step * static_cast<double>(matrix.rows.size() + 1), title,
            "Rows of cells from the inputs at the top to the outputs at the bottom; each "
            "connection of the network is a way in a colour of its own, each crossing a dot.") {}

  std::string draw(const Ways& ways, const std::string& title) {
    drawing_.text(margin / 2, margin / 2, title, "h");
    cells();
    for (std::size_t k = 0; k < ways.all().size(); ++k) way(ways.all()[k], k, ways.all().size());
    for (std::size_t k = 0; k < ways.crossings().size(); ++k) {
      const Spot& at = ways.crossings()[k];
      drawing_.circle(x(at), y(at.row), 3.6, "",
                      fmt::format("row {}, weight {:.4g}", at.row, ways.weights()[k]),
                      color_of(k, ways.all().size()));
    }
    ends();
    return drawing_.file();
  }

 private:
  std::int64_t width(std::size_t row) const {
    return row == 0 ? matrix_.inputs + matrix_.pad : matrix_.rows[row - 1].out;
  }
  double x(const Spot& at) const {
    const auto side = static_cast<double>(widest_ - width(at.row)) / 2;
    return margin + step * (side + static_cast<double>(at.cell) + 0.5);
  }
  double y(std::size_t row) const { return margin + step * (static_cast<double>(row) + 0.5); }

  void cells() {
    for (std::size_t r = 0; r <= matrix_.rows.size(); ++r) {
      for (std::int64_t j = 0; j < width(r); ++j) {
        drawing_.circle(x({r, j}), y(r), 5.2, "", "", "#e9e9e9");
      }
    }
  }

  /// Ways that share cells lie side by side.
  void way(const std::vector<Spot>& spots, std::size_t k, std::size_t count) {
    const double shift = spread * (static_cast<double>(k % 5) - 2);
    std::string path;
    for (const Spot& spot : spots) {
      path += path.empty() ? report::move(x(spot) + shift, y(spot.row))
                           : report::go(x(spot) + shift, y(spot.row));
    }
    drawing_.path(path, "", color_of(k, count) + ";fill:none;stroke-width:1.4;stroke-opacity:.8");
  }

  void ends() {
    for (const MatrixEnd& end : matrix_.ends) {
      const auto row = static_cast<std::size_t>(end.row);
      for (const std::int64_t cell : end.cells) {
        drawing_.circle(x({row, cell}), y(row), 6.6, "", "", "none;stroke:#333;stroke-width:1.1");
      }
    }
    for (std::int64_t j = 0; j < matrix_.inputs; ++j) {
      drawing_.circle(x({0, j}), y(0), 6.6, "", "", "none;stroke:#333;stroke-width:1.1");
    }
  }

  const Matrix& matrix_;
  std::int64_t widest_;
  report::Drawing drawing_;
};

}  // namespace

std::string picture_of(const Matrix& matrix, const std::string& title) {
  if (matrix.rows.size() > most_rows || matrix.widest() > most_cells) return {};
  const Ways ways(matrix);
  if (ways.all().empty() || ways.all().size() > most_ways) return {};
  return Picture(matrix, title).draw(ways, title);
}

}  // namespace glia::compile
