// SPDX-License-Identifier: MIT
#include <glia/sdk/elementwise_activation.hpp>
#include <glia/sdk/plugin.hpp>

namespace {

struct Config {};

constexpr auto schema = glia::schema<Config>();

/// x.
class Identity final : public glia::ElementwiseActivation<Identity> {
 public:
  explicit Identity(Config) {}

  static constexpr bool uses_input = false;
  glia::FusedActivation fused() const override { return glia::FusedActivation::identity; }

  template <class T>
  T value(const T& x, const T*) const {
    return x;
  }
  template <class T>
  T derivative(T, T, const T*) const {
    return T(1);
  }
};

}  // namespace

GLIA_PLUGIN("1.0.0",
            glia::activation<Identity>("identity", schema, "Cells hand on what they are given."))
