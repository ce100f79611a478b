// SPDX-License-Identifier: MIT
#include <glia/sdk/elementwise_activation.hpp>
#include <glia/sdk/plugin.hpp>

namespace {

struct Config {};

constexpr auto schema = glia::schema<Config>();

constexpr double slope = 0.79788456080286535588;  // sqrt(2 / pi)
constexpr double cubic = 0.044715;

/// x times the normal distribution function of x, in the usual approximation
/// x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2 (Hendrycks & Gimpel, 2016).
class Gelu final : public glia::ElementwiseActivation<Gelu> {
 public:
  explicit Gelu(Config) {}

  template <class T>
  T value(const T& x, const T*) const {
    return T(0.5) * x * (T(1) + bend(x));
  }
  template <class T>
  T derivative(T x, T, const T*) const {
    const T t = bend(x);
    const T inner = T(slope) * (T(1) + T(3 * cubic) * x * x);
    return T(0.5) * (T(1) + t) + T(0.5) * x * (T(1) - t * t) * inner;
  }

 private:
  template <class T>
  static T bend(const T& x) {
    return glia::math::tanh(T(slope) * (x + T(cubic) * x * x * x));
  }
};

}  // namespace

GLIA_PLUGIN("1.0.0",
            glia::activation<Gelu>("gelu", schema, "Linear above zero, smoothly silent below it."))
