// SPDX-License-Identifier: MIT
// The derivative by its gain, which is fixed unless somebody trains it, is that of another
// function.
#include "../bad.hpp"

#include <glia/sdk/elementwise_activation.hpp>

namespace {

class Bad final : public glia::ElementwiseActivation<Bad, 1> {
 public:
  explicit Bad(bad::Config config) : config_(config) {}

  std::vector<glia::ActivationParameter> parameters() const override {
    return {{"gain", config_.strength, glia::CellScope::fixed}};
  }
  template <class T>
  T value(const T& x, const T* p) const {
    return p[0] * glia::math::tanh(x);
  }
  template <class T>
  T derivative(T x, T, const T* p) const {
    const T y = glia::math::tanh(x);
    return p[0] * (T(1) - y * y);
  }
  template <class T>
  void parameter_derivatives(T x, T, const T*, T* out) const {
    out[0] = x;
  }

 private:
  bad::Config config_;
};

}  // namespace

BAD_PLUGIN(bad::activation<Bad>())
