// SPDX-License-Identifier: MIT
#include <glia/sdk/elementwise_activation.hpp>
#include <glia/sdk/plugin.hpp>

namespace {

struct Config {};

constexpr auto schema = glia::schema<Config>();

/// tanh x.
class Tanh final : public glia::ElementwiseActivation<Tanh> {
 public:
  explicit Tanh(Config) {}

  static constexpr bool uses_input = false;
  glia::FusedActivation fused() const override { return glia::FusedActivation::tanh; }

  template <class T>
  T value(const T& x, const T*) const {
    return glia::math::tanh(x);
  }
  template <class T>
  T derivative(T, T y, const T*) const {
    return T(1) - y * y;
  }
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::activation<Tanh>("tanh", schema, "Saturates at -1 and 1."))
