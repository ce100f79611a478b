// SPDX-License-Identifier: MIT
#include <glia/sdk/elementwise_activation.hpp>
#include <glia/sdk/plugin.hpp>

namespace {

struct Config {};

constexpr auto schema = glia::schema<Config>();

/// x > 0 ? x : exp(x) - 1.
class Elu final : public glia::ElementwiseActivation<Elu> {
 public:
  explicit Elu(Config) {}

  static constexpr bool uses_input = false;
  glia::FusedActivation fused() const override { return glia::FusedActivation::elu; }

  template <class T>
  T value(const T& x, const T*) const {
    return glia::math::select(x > T(0), x,
                              glia::math::expm1(glia::math::select(x > T(0), T(0), x)));
  }
  template <class T>
  T derivative(T, T y, const T*) const {
    return glia::math::select(y > T(0), T(1), y + T(1));
  }
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::activation<Elu>("elu", schema, "Saturates at -1, linear above zero."))
