// SPDX-License-Identifier: MIT
#include "compile/bands.hpp"
#include "compile/modes.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/random.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

namespace glia::compile::modes::shortest {
namespace {

constexpr double worst_error = 1e-6;  // beyond it a factorisation is refused

/// y_i = x_i + factor_i x_(i-1) (lower) or + factor_i x_(i+1) (upper).
using Bidiagonal = std::vector<double>;

/// A lower triangular matrix with ones on its diagonal as bidiagonal factors, in the order in which
/// they are applied: Neville's elimination, which takes multiples of the row above (Gasca and Pena,
/// Linear Algebra Appl. 1992). The multiplier of (i, k) belongs to factor i - k.
std::vector<Bidiagonal> neville(Square l) {
  const std::int64_t n = l.size();
  std::vector<Bidiagonal> factors(static_cast<std::size_t>(n - 1),
                                  Bidiagonal(static_cast<std::size_t>(n)));
  for (std::int64_t k = 0; k + 1 < n; ++k) {
    for (std::int64_t i = n - 1; i > k; --i) {
      if (l(i, k) == 0) continue;
      const double multiple = l(i, k) / l(i - 1, k);
      for (std::int64_t j = k; j < n; ++j) l(i, j) -= multiple * l(i - 1, j);
      l(i, k) = 0;
      factors[static_cast<std::size_t>(i - k - 1)][static_cast<std::size_t>(i)] = multiple;
    }
  }
  return factors;
}

/// Two lower factors, the first applied first, in one row whose cells move one place to the left.
BandRow two_lower(const Bidiagonal& first, const Bidiagonal& second) {
  BandRow row;
  row.drift = -1;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double before = i > 0 ? first[i - 1] : 0;
    row.taps.push_back({second[i] * before, first[i] + second[i], 1});
  }
  return row;
}

/// A = L U in rows: pairs of factors of U, which drift to the right, then pairs of L, back again.
std::vector<BandRow> rows_of(const Square& a) {
  const std::int64_t n = a.size();
  Square l = Square::identity(n), u = a;
  for (std::int64_t k = 0; k + 1 < n; ++k) {
    for (std::int64_t i = k + 1; i < n; ++i) {
      l(i, k) = u(i, k) / u(k, k);
      for (std::int64_t j = k; j < n; ++j) u(i, j) -= l(i, k) * u(k, j);
      u(i, k) = 0;
    }
  }
  // U = D V with ones on V's diagonal; V's factors are those of the mirrored, lower one.
  Square v = u;
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = i; j < n; ++j) v(i, j) = u(i, j) / u(i, i);
  }
  const auto lower = neville(std::move(l));
  const auto upper = neville(v.mirrored());
  const std::size_t pairs = lower.size() / 2;
  std::vector<BandRow> rows;
  for (std::size_t k = 0; k < pairs; ++k) {
    rows.push_back(two_lower(upper[2 * k], upper[2 * k + 1]).mirrored());
  }
  const auto size = static_cast<std::size_t>(n);
  if (lower.size() % 2 == 1) {  // one factor of either is left: a row without drift
    BandRow row;
    const Bidiagonal& up = upper.back();  // mirrored: that of cell i is number n - 1 - i
    for (std::size_t i = 0; i < size; ++i) {
      const double f = lower.front()[i];
      const auto at = static_cast<std::int64_t>(i);
      const double above = i > 0 ? u(at - 1, at - 1) : 0, own = u(at, at);
      const double from_above = i > 0 ? f * above * up[size - i] : 0;
      row.taps.push_back({f * above, own + from_above, own * up[size - 1 - i]});
    }
    rows.push_back(std::move(row));
  } else if (rows.empty()) {
    rows.push_back({.taps = {{0, u(0, 0), 0}}});
  } else {
    for (std::size_t i = 0; i < size; ++i) {
      for (double& weight : rows.back().taps[i]) {
        weight *= u(static_cast<std::int64_t>(i), static_cast<std::int64_t>(i));
      }
    }
  }
  for (std::size_t k = lower.size() % 2; k + 1 < lower.size(); k += 2) {
    rows.push_back(two_lower(lower[k], lower[k + 1]));
  }
  return rows;
}

/// By how much rows miss `a`, relative to its greatest number; infinite where a number is none.
double error_of(const std::vector<BandRow>& rows, const Square& a) {
  double worst = 0, greatest = 0;
  for (std::int64_t j = 0; j < a.size(); ++j) {
    std::vector<double> block(static_cast<std::size_t>(a.size()));
    block[static_cast<std::size_t>(j)] = 1;
    for (const BandRow& row : rows) block = row.of(block);
    for (std::int64_t i = 0; i < a.size(); ++i) {
      const double miss = std::abs(block[static_cast<std::size_t>(i)] - a(i, j));
      if (!(miss <= std::numeric_limits<double>::max())) return INFINITY;
      worst = std::max(worst, miss);
      greatest = std::max(greatest, std::abs(a(i, j)));
    }
  }
  return worst / greatest;
}

/// Rows of a block, and by how much they miss it.
struct Found {
  std::vector<BandRow> rows;
  double error = INFINITY;
};

/// From the left or from the right, whichever loses less.
Found factored(const Square& a) {
  Found left{rows_of(a)}, right{rows_of(a.mirrored())};
  for (BandRow& row : right.rows) row = row.mirrored();
  left.error = error_of(left.rows, a);
  right.error = error_of(right.rows, a);
  return right.error < left.error ? right : left;
}

/// A layer that widens or narrows leaves columns or rows of its block open, which nobody feeds or
/// hears. They are filled with random numbers about as large as the rest: zeros could not be
/// factored.
Square filled(const DenseLayer& layer, const BlockPlace& place, std::uint64_t attempt) {
  Square a = in_block(layer, place);
  double squares = 0;
  for (const double w : layer.weight) squares += w * w;
  const double scale = std::sqrt(squares / static_cast<double>(layer.weight.size()));
  std::vector<double> numbers(static_cast<std::size_t>(a.size() * a.size()));
  RandomStream(attempt, "compile/shortest", 0).normal(std::span<double>(numbers));
  for (std::int64_t i = 0; i < a.size(); ++i) {
    for (std::int64_t j = 0; j < a.size(); ++j) {
      const bool neuron = i >= place.y && i < place.y + layer.out;
      const bool input = j >= place.x && j < place.x + layer.in;
      if (!neuron || !input) a(i, j) = scale * numbers[static_cast<std::size_t>(i * a.size() + j)];
    }
  }
  return a;
}

std::vector<BandRow> best_rows(const DenseLayer& layer, const BlockPlace& place,
                               std::size_t number) {
  const std::uint64_t attempts = layer.in == layer.out ? 1 : 8;  // a square has nothing to fill
  Found best;
  for (std::uint64_t attempt = 0; attempt < attempts; ++attempt) {
    Found found = factored(filled(layer, place, attempt));
    if (found.error < best.error) best = std::move(found);
  }
  if (best.error <= worst_error) return best.rows;
  throw Error(ErrorCode::configuration,
              fmt::format("mode 'shortest' cannot factor layer {}: what it finds misses the "
                          "weights by {:.1e} of the greatest",
                          number, best.error),
              "use --mode exchange, which is exact, or rotations; wide layers and weights that are "
              "zero are beyond this mode");
}

Drawn draw(const DenseNetwork& network, std::int64_t pad, const Wishes&) {
  Drawn drawn{.lattice = Lattice(places_from(0, network.in()))};
  for (std::size_t l = 0; l < network.layers.size(); ++l) {
    const DenseLayer& layer = network.layers[l];
    const BlockPlace place(layer, network.in() + pad);
    add_block(drawn.lattice, layer, place, best_rows(layer, place, l));
  }
  return drawn;
}

const Registered<ModeEntry> registered([] {
  ModeEntry mode;
  mode.name = "shortest";
  mode.doc =
      "Bidiagonal factors of L U, two in a row: n - 1 rows for n to n neurons, which is the "
      "locality bound; loses digits as n grows.";
  mode.tolerance = worst_error;
  mode.draw = draw;
  return mode;
}());

}  // namespace
}  // namespace glia::compile::modes::shortest
