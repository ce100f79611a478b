// SPDX-License-Identifier: MIT
#include <glia/sdk/elementwise_activation.hpp>
#include <glia/sdk/plugin.hpp>

#include <cmath>
#include <limits>
#include <vector>

namespace {

struct Config {
  double k = 0.5;
  double n = 2;
  glia::CellScope trained = glia::CellScope::fixed;
};

constexpr auto schema = glia::schema<Config>(
    glia::field(&Config::k, "k").above(0).doc("Calcium at which a cell answers half."),
    glia::field(&Config::n, "n")
        .range(1, 16)
        .doc("Hill coefficient: how many ions have to bind together, so how steep the answer is."),
    glia::field(&Config::trained, "trained")
        .choices("no", "row", "cell")
        .doc("Whether k and n are trained: one pair for the row, or one for each cell."));

constexpr double log2_e = 1.44269504088896340736, log_2 = 0.69314718055994530942;

/// The Hill curve x^n / (k^n + x^n) for x > 0, else 0; what is too small for a normal float counts
/// as 0. What is trained is ln k, so that k stays positive. Powers go by way of base 2, where a
/// power costs least.
class Hill final : public glia::ElementwiseActivation<Hill, 2> {
 public:
  explicit Hill(Config config) : config_(config) {}

  std::vector<glia::ActivationParameter> parameters() const override {
    return {{"log_k", std::log(config_.k), config_.trained}, {"n", config_.n, config_.trained}};
  }

  template <class T>
  T value(const T& x, const T* p) const {
    const T power =  // (k / x)^n
        glia::math::exp2_normal(p[1] * (p[0] * T(log2_e) - glia::math::log2_normal(above_zero(x))));
    return glia::math::select(x > T(std::numeric_limits<float>::min()), T(1) / (T(1) + power),
                              T(0) * x);  // a NaN travels on
  }
  template <class T>
  T derivative(T x, T y, const T* p) const {
    return p[1] * (y * (T(1) - y)) / above_zero(x);
  }
  template <class T>
  void parameter_derivatives(T x, T y, const T* p, T* out) const {
    const T slope = y * (T(1) - y);
    out[0] = -p[1] * slope;
    out[1] = slope * (glia::math::log2_normal(above_zero(x)) * T(log_2) - p[0]);
  }

 private:
  template <class T>
  static T above_zero(const T& x) {
    return glia::math::select(x > T(std::numeric_limits<float>::min()), x, T(1));
  }

  Config config_;
};

}  // namespace

GLIA_PLUGIN("1.1.0", glia::activation<Hill>("hill", schema,
                                            "Silent below zero, then the Hill curve up to 1."))
