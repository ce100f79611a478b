// SPDX-License-Identifier: MIT
#include "wave/orthogonal_start.hpp"

#include "catch.hpp"

#include <glia/sdk/random.hpp>

#include <cmath>
#include <vector>

using namespace glia;

namespace {

/// Mean of |W x|^2 / |x|^2 over random x, and of |W^T y|^2 / |y|^2 over random y.
std::pair<double, double> gains(const Stencil& s, const std::vector<double>& w) {
  RandomStream random(5, "gain", 0);
  double forward = 0, backward = 0;
  constexpr int draws = 200;
  for (int d = 0; d < draws; ++d) {
    std::vector<double> x(static_cast<std::size_t>(s.in)), y(static_cast<std::size_t>(s.out)),
        wx(y.size()), wy(x.size());
    random.normal(std::span<double>(x));
    random.normal(std::span<double>(y));
    for (std::size_t j = 0; j < y.size(); ++j) {
      for (auto t = static_cast<std::size_t>(s.first[j]);
           t < static_cast<std::size_t>(s.first[j + 1]); ++t) {
        const auto i = static_cast<std::size_t>(s.taps[t]);
        wx[j] += w[t] * x[i];
        wy[i] += w[t] * y[j];
      }
    }
    const auto square = [](const std::vector<double>& v) {
      double sum = 0;
      for (const double e : v) sum += e * e;
      return sum;
    };
    forward += square(wx) / square(x) / draws;
    backward += square(wy) / square(y) / draws;
  }
  return {forward, backward};
}

std::vector<double> start(const Stencil& s, std::uint64_t seed) {
  std::vector<double> w(static_cast<std::size_t>(s.tap_count()));
  RandomStream(seed, "start", 0).normal(std::span<double>(w));
  for (double& x : w) x *= 0.7 / std::sqrt(3.0);
  wave::make_near_orthogonal(s, w);
  return w;
}

}  // namespace

TEST_CASE("near-orthogonal rows keep lengths, forward and backward") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const Stencil slide = Stencil::band(20, 20, {-1, 0, 1});
    const auto [forward, backward] = gains(slide, start(slide, seed));
    CHECK(forward == Approx(1).margin(0.2));
    CHECK(backward == Approx(1).margin(0.2));
    const Stencil ring = Stencil::band(20, 20, {-1, 0, 1}, Boundary::ring);
    CHECK(gains(ring, start(ring, seed)).first == Approx(1).margin(0.2));
    // Fewer cells keep their share of a random row; going back, all of it is kept.
    const Stencil gather = Stencil::band(20, 18, {0, 1, 2});
    CHECK(gains(gather, start(gather, seed)).first == Approx(0.9).margin(0.1));
    CHECK(gains(gather, start(gather, seed)).second == Approx(1).margin(0.1));
    const Stencil spread = Stencil::band(20, 22, {-2, -1, 0});
    CHECK(gains(spread, start(spread, seed)).first == Approx(1).margin(0.1));
    CHECK(gains(spread, start(spread, seed)).second == Approx(20.0 / 22).margin(0.1));
  }
}

TEST_CASE("a stack of near-orthogonal rows neither fades nor explodes, and mixes") {
  const Stencil slide = Stencil::band(20, 20, {-1, 0, 1});
  std::vector<double> x(20);
  x[10] = 1;
  std::size_t reached = 0;
  for (std::uint64_t row = 0; row < 40; ++row) {
    const auto w = start(slide, 100 + row);
    std::vector<double> y(20);
    for (std::size_t j = 0; j < 20; ++j) {
      for (auto t = static_cast<std::size_t>(slide.first[j]);
           t < static_cast<std::size_t>(slide.first[j + 1]); ++t) {
        y[j] += w[t] * x[static_cast<std::size_t>(slide.taps[t])];
      }
    }
    x = y;
  }
  double square = 0;
  for (const double e : x) {
    square += e * e;
    reached += std::abs(e) > 1e-3;
  }
  CHECK(square > 0.01);
  CHECK(square < 4);
  CHECK(reached >= 10);
}
