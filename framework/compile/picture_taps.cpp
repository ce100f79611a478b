// SPDX-License-Identifier: MIT
// Matrices whose rows mix what they carry: there are no single ways, but every weight is drawn.
#include "compile/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace glia::compile {
namespace {

/// By cell, how much of each input of its layer it carries.
using Carried = std::vector<std::vector<double>>;

Carried units(std::size_t cells, const std::vector<std::int64_t>& inputs) {
  Carried carried(cells, std::vector<double>(inputs.size()));
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    carried[static_cast<std::size_t>(inputs[k])][k] = 1;
  }
  return carried;
}

std::size_t greatest(const std::vector<double>& parts) {
  std::size_t best = 0;
  for (std::size_t k = 1; k < parts.size(); ++k) {
    if (std::abs(parts[k]) > std::abs(parts[best])) best = k;
  }
  return best;
}

class Taps {
 public:
  explicit Taps(Canvas& canvas) : canvas_(canvas), matrix_(canvas.matrix()) {}

  void draw() {
    std::vector<std::int64_t> inputs;
    for (std::int64_t j = 0; j < matrix_.inputs; ++j) inputs.push_back(j);
    Carried carried = units(static_cast<std::size_t>(matrix_.inputs + matrix_.pad), inputs);
    for (std::size_t r = 0; r < matrix_.rows.size(); ++r) {
      carried = row(r, carried);
      const std::int64_t layer = matrix_.layer_after(r);
      if (layer >= 0)
        carried = units(carried.size(), matrix_.ends[static_cast<std::size_t>(layer)].cells);
    }
    for (const auto& [spot, weights] : mixing_) {
      canvas_.drawing().circle(canvas_.x(spot), canvas_.y(spot.row), 2.6, "", weights, "#333333");
    }
  }

 private:
  Carried row(std::size_t r, const Carried& before) {
    const MatrixRow& row = matrix_.rows[r];
    double most = 0;
    for (const auto& taps : row.weight) {
      for (const double w : taps) most = std::max(most, std::abs(w));
    }
    Carried after(row.weight.size(), std::vector<double>(before.front().size()));
    for (std::size_t j = 0; j < row.weight.size(); ++j) {
      std::string weights;
      int count = 0;
      for (std::size_t t = 0; t < 3; ++t) {
        const double w = row.weight[j][t];
        const std::int64_t from = static_cast<std::int64_t>(j + t) + row.offset();
        if (w == 0 || from < 0 || from >= row.in) continue;
        const auto& heard = before[static_cast<std::size_t>(from)];
        for (std::size_t k = 0; k < heard.size(); ++k) after[j][k] += w * heard[k];
        line({r, from}, {r + 1, static_cast<std::int64_t>(j)}, heard, std::abs(w) / most);
        weights += fmt::format("{}{:.4g}", count++ ? ", " : "", w);
      }
      if (count < 2) continue;
      mixing_.emplace_back(Spot{r + 1, static_cast<std::int64_t>(j)},
                           fmt::format("row {}, weights {}", r + 1, weights));
    }
    return after;
  }

  void line(const Spot& from, const Spot& to, const std::vector<double>& heard, double share) {
    // One or two inputs tell nothing: there the places are told apart.
    const bool few = heard.size() < 3;
    const auto cells = static_cast<std::size_t>(matrix_.widest());
    const auto place =
        static_cast<std::size_t>((canvas_.x(from) - canvas_.left()) / canvas_.step());
    const std::string color =
        few ? color_of(std::min(place, cells - 1), cells) : color_of(greatest(heard), heard.size());
    canvas_.drawing().line(canvas_.x(from), canvas_.y(from.row), canvas_.x(to), canvas_.y(to.row),
                           "", fmt::format("{};stroke-width:{:.2f}", color, 0.7 + 2 * share));
  }

  Canvas& canvas_;
  const Matrix& matrix_;
  std::vector<std::pair<Spot, std::string>> mixing_;
};

}  // namespace

void draw_taps(Canvas& canvas) { Taps(canvas).draw(); }

}  // namespace glia::compile
