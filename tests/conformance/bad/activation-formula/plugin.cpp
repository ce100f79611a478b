// SPDX-License-Identifier: MIT
// No other backend can run it.
#include "../bad.hpp"

#include <glia/sdk/activation.hpp>

namespace {

class Bad final : public glia::Activation {
 public:
  explicit Bad(bad::Config) {}

  void forward(const glia::ActivationPass<float>& pass) const override { value(pass); }
  void forward(const glia::ActivationPass<double>& pass) const override { value(pass); }
  void backward(const glia::ActivationPass<float>& pass) const override { gradient(pass); }
  void backward(const glia::ActivationPass<double>& pass) const override { gradient(pass); }

 private:
  template <class T>
  static void value(const glia::ActivationPass<T>& pass) {
    for (std::int64_t i = 0; i < pass.cells * pass.stride; ++i) pass.out[i] = pass.x[i] / 2;
  }
  template <class T>
  static void gradient(const glia::ActivationPass<T>& pass) {
    for (std::int64_t i = 0; i < pass.cells * pass.stride; ++i) pass.out[i] = pass.dy[i] / 2;
  }
};

}  // namespace

BAD_PLUGIN(bad::activation<Bad>())
