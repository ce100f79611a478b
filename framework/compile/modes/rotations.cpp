// SPDX-License-Identifier: MIT
#include "compile/bands.hpp"
#include "compile/modes.hpp"
#include "compile/prune.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace glia::compile::modes::rotations {
namespace {

/// A rotation of cells p and p + 1.
struct Rotation {
  std::int64_t p;
  std::array<double, 4> m;  ///< new p = m0 old p + m1 old p+1; new p+1 = m2, m3 likewise
};

/// An orthogonal matrix as rotations of neighbours, applied in order, and signs at the end
/// (Clements et al., Optica 2016).
struct BrickWall {
  std::vector<Rotation> rotations;
  std::vector<double> signs;
};

/// Nulls q(r, c) by a rotation of columns c and c + 1 or of rows r - 1 and r.
std::pair<double, double> cosine_and_sine(double a, double b) {
  const double h = std::hypot(a, b);
  return h == 0 ? std::pair{1.0, 0.0} : std::pair{a / h, b / h};
}

Rotation turn_columns(Square& q, std::int64_t r, std::int64_t c) {
  const auto [cs, sn] = cosine_and_sine(q(r, c + 1), q(r, c));
  for (std::int64_t i = 0; i < q.size(); ++i) {
    const double a = q(i, c), b = q(i, c + 1);
    q(i, c) = a * cs - b * sn;
    q(i, c + 1) = a * sn + b * cs;
  }
  q(r, c) = 0;
  return {c, {cs, -sn, sn, cs}};
}

Rotation turn_rows(Square& q, std::int64_t r, std::int64_t c) {
  const auto [cs, sn] = cosine_and_sine(q(r - 1, c), q(r, c));
  for (std::int64_t j = 0; j < q.size(); ++j) {
    const double a = q(r - 1, j), b = q(r, j);
    q(r - 1, j) = cs * a + sn * b;
    q(r, j) = cs * b - sn * a;
  }
  q(r, c) = 0;
  return {r - 1, {cs, -sn, sn, cs}};  // its inverse: it comes after the rest
}

BrickWall brick_wall(Square q) {
  const std::int64_t n = q.size();
  BrickWall wall;
  std::vector<Rotation> left;
  for (std::int64_t d = 0; d + 1 < n; ++d) {  // antidiagonals
    for (std::int64_t j = 0; j <= d; ++j) {
      if (d % 2 == 0) {
        wall.rotations.push_back(turn_columns(q, n - 1 - j, d - j));
      } else {
        left.push_back(turn_rows(q, n - 1 - d + j, j));
      }
    }
  }
  for (std::int64_t i = 0; i < n; ++i) wall.signs.push_back(q(i, i) < 0 ? -1 : 1);
  // The signs stand between; T D = D (D T D) brings them to the end.
  for (auto it = left.rbegin(); it != left.rend(); ++it) {
    const double flip = wall.signs[static_cast<std::size_t>(it->p)] *
                        wall.signs[static_cast<std::size_t>(it->p + 1)];
    wall.rotations.push_back({it->p, {it->m[0], flip * it->m[1], flip * it->m[2], it->m[3]}});
  }
  return wall;
}

/// Every rotation in the first row after those that share a cell with it.
std::vector<BandRow> in_rows(const BrickWall& wall, std::int64_t n) {
  std::vector<std::size_t> free(static_cast<std::size_t>(n));
  std::vector<BandRow> rows;
  for (const Rotation& turn : wall.rotations) {
    const auto p = static_cast<std::size_t>(turn.p);
    const std::size_t at = std::max(free[p], free[p + 1]);
    while (rows.size() <= at) rows.push_back(BandRow::copy(n));
    rows[at].taps[p] = {0, turn.m[0], turn.m[1]};
    rows[at].taps[p + 1] = {turn.m[2], turn.m[3], 0};
    free[p] = free[p + 1] = at + 1;
  }
  if (rows.empty()) rows.push_back(BandRow::copy(n));
  return rows;
}

/// A = U S V^T as rows of cells: about 2 n of n cells, none of which makes a signal longer than S.
std::vector<BandRow> rows_of(const Square& a) {
  const std::int64_t n = a.size();
  const Singular parts = singular_values(a);
  const BrickWall v = brick_wall(parts.vt), u = brick_wall(parts.u);
  std::vector<BandRow> rows = in_rows(v, n);
  std::vector<BandRow> second = in_rows(u, n);
  for (std::int64_t p = 0; p < n; ++p) {
    for (std::int64_t t = 0; t < 3; ++t) {
      const std::int64_t from = p + t - 1;
      double& weight = second[0].taps[static_cast<std::size_t>(p)][static_cast<std::size_t>(t)];
      if (from < 0 || from >= n) continue;
      const auto k = static_cast<std::size_t>(from);
      weight *= parts.s[k] * v.signs[k];
    }
  }
  for (std::size_t p = 0; p < second.back().taps.size(); ++p) {
    for (double& weight : second.back().taps[p]) weight *= u.signs[p];
  }
  rows.insert(rows.end(), second.begin(), second.end());
  return rows;
}

/// Takes rows, always where a layer suffers least, until `left` are left of `all` layers.
void prune(std::vector<std::vector<BandRow>>& all, const DenseNetwork& network,
           const std::vector<BlockPlace>& places, std::int64_t left) {
  std::vector<Pruning> layers;
  std::int64_t rows = 0, least = 0;
  for (std::size_t l = 0; l < all.size(); ++l) {
    layers.emplace_back(network.layers[l], places[l], all[l]);
    rows += layers.back().size();
    least += layers.back().least();
  }
  if (left < least) {
    throw Error(ErrorCode::usage,
                fmt::format("--rows {}: inputs and neurons of this network take {} rows at least, "
                            "as a row is at most two cells wider or narrower than the one before",
                            left, least),
                fmt::format("give {} to {}", least, rows));
  }
  for (; rows > left; --rows) {
    Pruning* best = nullptr;
    for (Pruning& layer : layers) {
      if (layer.size() == layer.least()) continue;
      if (!best || layer.next_loss() < best->next_loss()) best = &layer;
    }
    best->take();
  }
  for (std::size_t l = 0; l < all.size(); ++l) all[l] = layers[l].rows();
}

Drawn draw(const DenseNetwork& network, std::int64_t pad, const Wishes& wishes) {
  Drawn drawn{.lattice = Lattice(places_from(0, network.in()))};
  std::vector<BlockPlace> places;
  std::vector<std::vector<BandRow>> all;
  std::int64_t rows = 0;
  for (const DenseLayer& layer : network.layers) {
    places.emplace_back(layer, network.in() + pad);
    all.push_back(rows_of(in_block(layer, places.back())));
    rows += static_cast<std::int64_t>(all.back().size());
  }
  if (wishes.rows > 0 && wishes.rows < rows) {
    prune(all, network, places, wishes.rows);
    drawn.pruned_from = rows;
  }
  for (std::size_t l = 0; l < all.size(); ++l) {
    add_block(drawn.lattice, network.layers[l], places[l], all[l]);
  }
  return drawn;
}

const Registered<ModeEntry> registered([] {
  ModeEntry mode;
  mode.name = "rotations";
  mode.doc = "Singular values between two brick walls of rotations: well conditioned at any depth.";
  mode.tolerance = 1e-11;
  mode.prunes = true;
  mode.draw = draw;
  return mode;
}());

}  // namespace
}  // namespace glia::compile::modes::rotations
