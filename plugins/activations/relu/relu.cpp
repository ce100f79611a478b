// SPDX-License-Identifier: MIT
#include <glia/sdk/elementwise_activation.hpp>
#include <glia/sdk/plugin.hpp>

namespace {

struct Config {};

constexpr auto schema = glia::schema<Config>();

/// x > 0 ? x : 0; a NaN travels on, so that a diverged run shows.
class Relu final : public glia::ElementwiseActivation<Relu> {
 public:
  explicit Relu(Config) {}

  static constexpr bool uses_input = false;
  glia::FusedActivation fused() const override { return glia::FusedActivation::relu; }

  template <class T>
  T value(const T& x, const T*) const {
    return glia::math::select(x < T(0), T(0), x);
  }
  template <class T>
  T derivative(T, T y, const T*) const {
    return glia::math::select(y > T(0), T(1), y);
  }
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::activation<Relu>("relu", schema, "Silent below zero, linear above."))
