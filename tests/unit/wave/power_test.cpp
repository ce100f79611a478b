// SPDX-License-Identifier: MIT
// Powers in vector arithmetic, and the way back through a response with parameters.
#include "catch.hpp"
#include "cell_responses.hpp"

#include <cmath>
#include <limits>
#include <vector>

using namespace glia;

namespace {

/// x^p of all numbers at once; any count.
template <class T>
std::vector<T> powers(const std::vector<T>& x, T p) {
  std::vector<T> y(x.size());
  const CellParameter<T> parameter{&p, nullptr, 0};
  wave_test::power(p)->forward({.cells = 1,
                                .stride = static_cast<std::int64_t>(x.size()),
                                .x = x.data(),
                                .out = y.data(),
                                .parameters = {&parameter, 1}});
  return y;
}

template <class T>
std::vector<T> spread() {
  std::vector<T> all;
  for (T x = T(1e-6); x < T(1e6); x *= T(1.0137)) all.push_back(x);
  for (T x = T(0.9); x < T(1.1); x += T(0.003)) all.push_back(x);  // where the logarithm is small
  return all;
}

template <class T>
void check_powers(double allowed) {
  const auto x = spread<T>();
  for (const T p : {T(1), T(2), T(-3), T(0.37), T(5.25)}) {
    const auto y = powers(x, p);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double expected = std::pow(static_cast<double>(x[i]), static_cast<double>(p));
      INFO(x[i] << " to the " << p << ": " << y[i] << ", not " << expected);
      CHECK(std::abs(static_cast<double>(y[i]) - expected) <= allowed * expected);
    }
  }
}

}  // namespace

TEST_CASE("powers are right to the digits that their exponent leaves") {
  check_powers<float>(3e-5);  // 105 bits before the point: few of 24 digits are left behind it
  check_powers<double>(1e-13);
}

TEST_CASE("powers beyond the normal numbers stay at their ends") {
  const auto y = powers<float>({1e-20f, 1e20f}, 16);
  CHECK(y[0] == std::ldexp(1.0f, -126));
  CHECK(y[1] == std::ldexp(1.0f, 126));
  const auto z = powers<double>({1e-200, 1e200}, 16);
  CHECK(z[0] >= std::numeric_limits<double>::min());
  CHECK(z[0] < 1e-307);
  CHECK(z[1] > 1e307);
  CHECK(std::isfinite(z[1]));
}

TEST_CASE("the way back adds up a parameter's gradient over all samples, however many they are") {
  for (const std::int64_t samples : {1, 7, 16, 37, 128}) {
    std::vector<double> x, dy;
    for (std::int64_t s = 0; s < 2 * samples; ++s) {
      x.push_back(0.5 + 0.01 * static_cast<double>(s));
      dy.push_back(std::sin(static_cast<double>(s)));
    }
    const double p = 1.5;
    double gradient = 10;  // is added to
    const CellParameter<double> parameter{&p, &gradient, 0};
    const auto phi = wave_test::power(p);
    std::vector<double> y(x.size()), dx(x.size());
    phi->forward({.cells = 2,
                  .stride = samples,
                  .x = x.data(),
                  .out = y.data(),
                  .parameters = {&parameter, 1}});
    phi->backward({.cells = 2,
                   .stride = samples,
                   .x = x.data(),
                   .y = y.data(),
                   .dy = dy.data(),
                   .out = dx.data(),
                   .parameters = {&parameter, 1}});
    double expected = 10;
    for (std::size_t i = 0; i < x.size(); ++i) {
      expected += dy[i] * y[i] * std::log(x[i]);
      CHECK(dx[i] == Approx(dy[i] * p * y[i] / x[i]).epsilon(1e-12));
    }
    INFO(samples);
    CHECK(gradient == Approx(expected).epsilon(1e-12));
  }
}
