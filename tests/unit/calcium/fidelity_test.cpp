// SPDX-License-Identifier: MIT
// How many bits a relay of calcium cells carries over some rows, if what is released is noisy: the
// numbers of docs/calcium.md. Each cell answers, from rest, to w times what the one before it has
// released at most, which is between nothing and all of its transmitter.
#include "catch.hpp"

#include <glia/sdk/calcium.hpp>
#include <glia/sdk/random.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

using namespace glia;

namespace {

/// What a cell releases within 5 s of a drive, between measured drives in straight lines.
class Response {
 public:
  explicit Response(const calcium::Constants& k) {
    const auto cell = calcium::rest(k);
    for (std::size_t i = 0; i <= pieces; ++i) {
      released_.push_back(
          calcium::response(k, cell, most * static_cast<double>(i) / pieces, 5, 0.05).value);
    }
  }
  double operator()(double drive) const {
    const double at = std::clamp(drive / most, 0.0, 1.0) * pieces;
    const auto i = std::min(static_cast<std::size_t>(at), pieces - 1);
    return released_[i] + (at - static_cast<double>(i)) * (released_[i + 1] - released_[i]);
  }

 private:
  static constexpr double most = 1.0;  // uM/s
  static constexpr std::size_t pieces = 500;
  std::vector<double> released_;
};

/// Mutual information of x and y in bits, by a histogram of 16 times 40 bins.
double bits(const std::vector<double>& x, const std::vector<double>& y) {
  constexpr std::size_t rows = 16, columns = 40;
  const auto [least, most] = std::minmax_element(y.begin(), y.end());
  const double width = std::max(*most - *least, 1e-12);
  std::array<std::array<double, columns>, rows> joint{};
  std::array<double, rows> of_x{};
  std::array<double, columns> of_y{};
  const double one = 1 / static_cast<double>(x.size());
  for (std::size_t n = 0; n < x.size(); ++n) {
    const auto i = std::min(static_cast<std::size_t>(x[n] * rows), rows - 1);
    const auto j =
        std::min(static_cast<std::size_t>((y[n] - *least) / width * columns), columns - 1);
    joint[i][j] += one, of_x[i] += one, of_y[j] += one;
  }
  double sum = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) {
      if (joint[i][j] > 0) sum += joint[i][j] * std::log2(joint[i][j] / (of_x[i] * of_y[j]));
    }
  }
  return sum;
}

constexpr std::array<std::size_t, 4> after{1, 5, 10, 20};

/// The most bits after 1, 5, 10, 20 rows that any w carries.
std::array<double, 4> carried(const Response& response, double noise) {
  constexpr std::size_t samples = 20000;
  std::vector<float> draws(samples);
  RandomStream(1, "fidelity/input", 0).uniform(draws, 0, 1);
  const std::vector<double> x(draws.begin(), draws.end());
  std::array<double, 4> best{};
  for (double w = 0.1; w < 0.601; w += 0.02) {
    RandomStream random(1, "fidelity/noise", 0);
    std::vector<double> y = x;
    for (std::size_t row = 1, known = 0; row <= after.back(); ++row) {
      random.normal(draws);
      for (std::size_t n = 0; n < samples; ++n) {
        y[n] = std::clamp(response(w * y[n]) + noise * static_cast<double>(draws[n]), 0.0, 1.0);
      }
      if (row != after[known]) continue;
      best[known] = std::max(best[known], bits(x, y));
      ++known;
    }
  }
  return best;
}

}  // namespace

TEST_CASE("under noise of release analogue values fade, and one bit lasts", "[fidelity]") {
  const Response response(calcium::amplitude_modulated());
  for (const double noise : {0.0, 0.02, 0.05, 0.1}) {
    const auto b = carried(response, noise);
    UNSCOPED_INFO("noise " << noise << ": after 1, 5, 10, 20 rows " << b[0] << ' ' << b[1] << ' '
                           << b[2] << ' ' << b[3] << " bits");
    CHECK(b[0] > b[1]);
    CHECK(b[1] > b[2]);
    CHECK(b[2] >= b[3] - 0.02);
    if (noise != 0.02) continue;
    CHECK(b[0] > 1.8);
    CHECK(b[1] < 1.4);
    CHECK(b[3] > 0.8);
    CHECK(b[3] < 1.1);
  }
}
