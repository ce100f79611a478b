// SPDX-License-Identifier: MIT
#include "table.hpp"

#include <glia/sdk/calcium.hpp>
#include <glia/sdk/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <mutex>
#include <vector>

namespace glia_calcium {
namespace {

using glia::calcium::Answer;

constexpr double spreads_above = 10;  // to which drive the response is measured

/// A response by input, measured where it is asked for, once.
class Measured {
 public:
  explicit Measured(const Measurement& m)
      : m_(m),
        constants_(m.frequency_modulated ? glia::calcium::frequency_modulated()
                                         : glia::calcium::amplitude_modulated()),
        rest_(glia::calcium::rest(constants_)) {}

  const Answer& at(double x) {
    const auto known = answers_.find(x);
    if (known != answers_.end()) return known->second;
    const double drive = std::max(m_.mean + m_.spread * x, 0.0);
    Answer answer = glia::calcium::response(constants_, rest_, drive, m_.seconds, m_.dt);
    answer.slope *= m_.spread;  // by input
    return answers_.emplace(x, answer).first->second;
  }

 private:
  Measurement m_;
  glia::calcium::Constants constants_;
  glia::calcium::Cell<double> rest_;
  std::map<double, Answer> answers_;
};

/// Between two inputs: the cubic with the numbers and slopes at both.
struct Piece {
  double from, to, a, b, c, d;
  Piece(double from, double to, Measured& measured) : from(from), to(to) {
    const Answer left = measured.at(from), right = measured.at(to);
    const double h = to - from, mean_slope = (right.value - left.value) / h;
    a = left.value;
    b = left.slope;
    c = (3 * mean_slope - 2 * left.slope - right.slope) / h;
    d = (left.slope + right.slope - 2 * mean_slope) / (h * h);
    for (const double part : {0.25, 0.5, 0.75}) {
      const double x = from + part * h;
      error = std::max(error, std::abs(value(x) - measured.at(x).value));
    }
  }
  double value(double x) const {
    const double t = x - from;
    return a + t * (b + t * (c + t * d));
  }
  double error = 0;  ///< against what is measured, at three places
};

/// Pieces of equal width at first; then always the worst one is halved, but never below a bucket.
std::vector<Piece> fit(double from, double to, Measured& measured) {
  constexpr std::size_t first = 4;
  const double narrowest = 1.5 * (to - from) / static_cast<double>(buckets);
  std::vector<Piece> all;
  for (std::size_t k = 0; k < first; ++k) {
    const double width = (to - from) / first, left = from + width * static_cast<double>(k);
    all.emplace_back(left, k + 1 == first ? to : left + width, measured);
  }
  while (all.size() < pieces) {
    const auto error = [&](const Piece& p) { return p.to - p.from < narrowest ? -1 : p.error; };
    const auto worst = std::max_element(
        all.begin(), all.end(), [&](const auto& a, const auto& b) { return error(a) < error(b); });
    const double left = worst->from, right = worst->to, middle = (left + right) / 2;
    *worst = Piece(left, middle, measured);
    all.insert(std::next(worst), Piece(middle, right, measured));
  }
  return all;
}

std::size_t piece_at(const std::vector<Piece>& all, double x) {
  const auto after = std::upper_bound(all.begin() + 1, all.end(), x,
                                      [](double at, const Piece& p) { return at < p.from; });
  return static_cast<std::size_t>(std::distance(all.begin(), after)) - 1;
}

double value_at(const std::vector<Piece>& all, double x) {
  x = std::clamp(x, all.front().from, all.back().to);
  return all[piece_at(all, x)].value(x);
}

Table measure(const Measurement& m) {
  Measured measured(m);
  const auto all = fit(-m.mean / m.spread, spreads_above, measured);
  constexpr double step = 0.005, far = 8;  // of a normal input: sums over this grid are exact
  double sum = 0, squares = 0, weights = 0;
  for (double x = -far; x <= far; x += step) {
    const double weight = std::exp(-x * x / 2), y = value_at(all, x);
    weights += weight;
    sum += weight * y;
    squares += weight * y * y;
  }
  Table table;
  table.release_mean = sum / weights;
  table.release_deviation =
      std::sqrt(std::max(squares / weights - table.release_mean * table.release_mean, 0.0));
  if (!(table.release_deviation > 1e-6)) {
    throw glia::Error(
        glia::ErrorCode::configuration, "the cell answers the same to all of these drives",
        "raise 'spread', or bring 'mean' to where its answers differ: a weak drive "
        "leaves it at rest, FM cells below a threshold, and a strong one says no more "
        "than a little less");
  }
  table.to = all.back().to;
  const double width = (table.to - all.front().from) / static_cast<double>(buckets);
  for (std::size_t k = 0; k <= buckets; ++k) {
    const double middle = all.front().from + (static_cast<double>(k) + 0.5) * width;
    table.piece[k] = static_cast<std::int32_t>(piece_at(all, middle));
  }
  for (std::size_t k = 0; k < pieces; ++k) {
    table.cubics.from[k] = all[k].from;
    table.cubics.a[k] = (all[k].a - table.release_mean) / table.release_deviation;
    table.cubics.b[k] = all[k].b / table.release_deviation;
    table.cubics.c[k] = all[k].c / table.release_deviation;
    table.cubics.d[k] = all[k].d / table.release_deviation;
  }
  return table;
}

}  // namespace

std::shared_ptr<const Table> table_of(const Measurement& measurement) {
  static std::mutex mutex;  // every row of a network asks for the same one
  static std::map<Measurement, std::shared_ptr<const Table>> known;
  const std::lock_guard lock(mutex);
  auto& table = known[measurement];
  if (!table) table = std::make_shared<const Table>(measure(measurement));
  return table;
}

}  // namespace glia_calcium
