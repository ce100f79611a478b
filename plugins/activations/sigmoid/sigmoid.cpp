// SPDX-License-Identifier: MIT
#include <glia/sdk/elementwise_activation.hpp>
#include <glia/sdk/plugin.hpp>

namespace {

struct Config {};

constexpr auto schema = glia::schema<Config>();

/// 1 / (1 + exp(-x)).
class Sigmoid final : public glia::ElementwiseActivation<Sigmoid> {
 public:
  explicit Sigmoid(Config) {}

  static constexpr bool uses_input = false;
  glia::FusedActivation fused() const override { return glia::FusedActivation::sigmoid; }

  template <class T>
  T value(const T& x, const T*) const {
    return glia::math::sigmoid(x);
  }
  template <class T>
  T derivative(T, T y, const T*) const {
    return y * (T(1) - y);
  }
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::activation<Sigmoid>("sigmoid", schema, "Saturates at 0 and 1."))
