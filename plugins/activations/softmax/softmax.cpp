// SPDX-License-Identifier: MIT
#include <glia/sdk/activation.hpp>
#include <glia/sdk/plugin.hpp>

#include <algorithm>
#include <cmath>

namespace {

struct Config {};

constexpr auto schema = glia::schema<Config>();

/// exp(x_j) / sum_k exp(x_k) over the cells of a row: the one activation in which cells see each
/// other. Programs run the engine's own kernel; this code defines it.
class Softmax final : public glia::Activation {
 public:
  explicit Softmax(Config) {}

  void forward(const glia::ActivationPass<float>& pass) const override { value(pass); }
  void forward(const glia::ActivationPass<double>& pass) const override { value(pass); }
  void backward(const glia::ActivationPass<float>& pass) const override { gradient(pass); }
  void backward(const glia::ActivationPass<double>& pass) const override { gradient(pass); }
  bool needs_input() const override { return false; }
  bool elementwise() const override { return false; }
  glia::FusedActivation fused() const override { return glia::FusedActivation::softmax; }

 private:
  template <class T>
  static void value(const glia::ActivationPass<T>& pass) {
    const std::int64_t end = pass.cells * pass.stride;
    for (std::int64_t s = 0; s < pass.stride; ++s) {
      T top = pass.x[s], sum = 0;
      for (std::int64_t i = s; i < end; i += pass.stride) top = std::max(pass.x[i], top);
      for (std::int64_t i = s; i < end; i += pass.stride) {
        pass.out[i] = std::exp(pass.x[i] - top);
        sum += pass.out[i];
      }
      for (std::int64_t i = s; i < end; i += pass.stride) pass.out[i] /= sum;
    }
  }

  template <class T>
  static void gradient(const glia::ActivationPass<T>& pass) {
    const std::int64_t end = pass.cells * pass.stride;
    for (std::int64_t s = 0; s < pass.stride; ++s) {
      T inner = 0;
      for (std::int64_t i = s; i < end; i += pass.stride) inner += pass.dy[i] * pass.y[i];
      for (std::int64_t i = s; i < end; i += pass.stride) {
        pass.out[i] = pass.y[i] * (pass.dy[i] - inner);
      }
    }
  }
};

}  // namespace

GLIA_PLUGIN("1.0.0", glia::activation<Softmax>("softmax", schema,
                                               "Cells compete: the row's answers add up to 1."))
