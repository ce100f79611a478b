// SPDX-License-Identifier: MIT
#include <glia/sdk/elementwise_activation.hpp>
#include <glia/sdk/plugin.hpp>

namespace {

struct Config {};

constexpr auto schema = glia::schema<Config>();

/// x / (1 + exp(-x)) (Elfwing, Uchibe & Doya, 2018).
class Silu final : public glia::ElementwiseActivation<Silu> {
 public:
  explicit Silu(Config) {}

  template <class T>
  T value(const T& x, const T*) const {
    return x * glia::math::sigmoid(x);
  }
  template <class T>
  T derivative(T x, T y, const T*) const {
    return y + glia::math::sigmoid(x) * (T(1) - y);
  }
};

}  // namespace

GLIA_PLUGIN("1.0.0",
            glia::activation<Silu>("silu", schema, "Linear above zero, dips slightly below it."))
