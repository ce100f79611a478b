// SPDX-License-Identifier: MIT
// Says that it is tanh, and is twice as steep.
#include "../bad.hpp"

#include <glia/sdk/elementwise_activation.hpp>

namespace {

class Bad final : public glia::ElementwiseActivation<Bad> {
 public:
  explicit Bad(bad::Config) {}

  glia::FusedActivation fused() const override { return glia::FusedActivation::tanh; }
  template <class T>
  T value(const T& x, const T*) const {
    return glia::math::tanh(T(2) * x);
  }
  template <class T>
  T derivative(T, T y, const T*) const {
    return T(2) * (T(1) - y * y);
  }
};

}  // namespace

BAD_PLUGIN(bad::activation<Bad>())
