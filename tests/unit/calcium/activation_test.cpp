// SPDX-License-Identifier: MIT
// The plugin's activation against the cell that it stands for.
#include "catch.hpp"
#include "plugin/registry.hpp"

#include <glia/sdk/activation.hpp>
#include <glia/sdk/calcium.hpp>
#include <glia/sdk/error.hpp>
#include <glia/sdk/plugin.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

using namespace glia;

namespace {

std::unique_ptr<Activation> activation(const ValueMap& values) {
  const auto& catalog = plugin::load_plugins({GLIA_BINARY_DIR "/lib/glia/plugins"});
  return catalog.find(PluginKind::activation, "calcium")->descriptor->make_activation(values);
}

template <class T>
std::vector<T> respond(const Activation& phi, const std::vector<T>& x) {
  std::vector<T> y(x.size());
  phi.forward(ActivationPass<T>{
      .cells = 1, .stride = static_cast<std::int64_t>(x.size()), .x = x.data(), .out = y.data()});
  return y;
}

std::vector<double> inputs(double from, double to, double step) {
  std::vector<double> all;
  for (double x = from; x <= to; x += step) all.push_back(x);
  return all;
}

/// The greatest error of a standardised table as a share of full release: what it answers is a
/// straight line of what the cell does, of which the two ends are known.
double greatest_error(const calcium::Constants& k, double seconds, double mean, double spread,
                      const Activation& phi) {
  const auto cell = calcium::rest(k);
  const auto x = inputs(-4, 9.9, 0.0371);
  const auto y = respond(phi, x);
  std::vector<double> released;
  for (const double input : x) {
    released.push_back(
        calcium::response(k, cell, std::max(mean + spread * input, 0.0), seconds).value);
  }
  const double scale = (y.back() - y.front()) / (released.back() - released.front());
  double error = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    error =
        std::max(error, std::abs((y[i] - y.front()) / scale - (released[i] - released.front())));
  }
  return error;
}

}  // namespace

TEST_CASE("the activation answers what the cell does") {
  const auto am = calcium::amplitude_modulated(), fm = calcium::frequency_modulated();
  CHECK(greatest_error(am, 5, 0.06, 0.03, *activation({})) < 1e-3);
  CHECK(greatest_error(am, 10, 0.05, 0.03, *activation({{"seconds", 10.0}, {"mean", 0.05}})) <
        2e-3);
  const auto steep = activation({{"set", std::string("FM")}, {"seconds", 10.0}, {"mean", 0.065}});
  CHECK(greatest_error(fm, 10, 0.065, 0.03, *steep) < 1e-2);
}

TEST_CASE("answers to normal inputs have mean 0 and variance 1, in both types of number") {
  const auto phi = activation({});
  const auto x = inputs(-8, 8, 0.01);
  const auto y = respond(*phi, x);
  double weights = 0, sum = 0, squares = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double weight = std::exp(-x[i] * x[i] / 2);
    weights += weight;
    sum += weight * y[i];
    squares += weight * y[i] * y[i];
  }
  CHECK(sum / weights == Approx(0).margin(1e-4));
  CHECK(squares / weights == Approx(1).epsilon(1e-3));
  const auto single = respond(*phi, std::vector<float>(x.begin(), x.end()));
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(single[i] == Approx(y[i]).margin(2e-5));
}

TEST_CASE("the derivative is the change of the answer, and none where nothing drives the cell") {
  const auto phi = activation({});
  const auto x = inputs(-2.995, 9.9, 0.0173);
  constexpr double step = 1e-6;
  std::vector<double> above, below, ones(x.size(), 1), slope(x.size());
  for (const double input : x) {
    above.push_back(input + step);
    below.push_back(input - step);
  }
  const auto y = respond(*phi, x), up = respond(*phi, above), down = respond(*phi, below);
  phi->backward(ActivationPass<double>{.cells = 1,
                                       .stride = static_cast<std::int64_t>(x.size()),
                                       .x = x.data(),
                                       .y = y.data(),
                                       .dy = ones.data(),
                                       .out = slope.data()});
  for (std::size_t i = 0; i < x.size(); ++i) {
    INFO(x[i]);
    CHECK(slope[i] == Approx((up[i] - down[i]) / (2 * step)).margin(1e-6));
    if (x[i] < -2) CHECK(slope[i] == 0);
  }
}

TEST_CASE("an activation of cells that cannot be followed, or never answer, is refused") {
  const auto why = [](const ValueMap& values) {
    const auto& catalog = plugin::load_plugins({GLIA_BINARY_DIR "/lib/glia/plugins"});
    const auto broken =
        catalog.find(PluginKind::activation, "calcium")->descriptor->violations(values);
    return broken.empty() ? std::string() : broken.front();
  };
  CHECK(why({}).empty());
  const std::string unstable = why({{"dt", 4.0}, {"seconds", 60.0}});
  INFO(unstable);
  CHECK(unstable.find("cell 0 cannot be followed: after ") == 0);
  CHECK(unstable.find("smaller steps than 4 s") != std::string::npos);
  CHECK_THROWS_WITH(activation({{"dt", 4.0}, {"seconds", 60.0}}),
                    Catch::Contains("cannot be followed"));
  CHECK(why({{"seconds", 600.0}, {"dt", 0.001}}).find("50000 steps") != std::string::npos);
  const ValueMap silent{{"set", std::string("FM")}, {"mean", 0.0}, {"spread", 1e-3}};
  CHECK(why(silent).find("answers the same") != std::string::npos);
  CHECK_THROWS_WITH(activation(silent), Catch::Contains("raise 'spread'"));
}
