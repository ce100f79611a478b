// SPDX-License-Identifier: MIT
#include "cell_responses.hpp"

#include <glia/sdk/elementwise_activation.hpp>

using namespace glia;

namespace {

class Gained final : public ElementwiseActivation<Gained, 2> {
 public:
  Gained(CellScope gain, CellScope shift) : gain_(gain), shift_(shift) {}
  std::vector<ActivationParameter> parameters() const override {
    return {{"gain", 1.5, gain_}, {"shift", 0.25, shift_}};
  }
  template <class T>
  T value(const T& x, const T* p) const {
    return p[0] * softplus(x + p[1]);
  }
  template <class T>
  T derivative(T x, T, const T* p) const {
    return p[0] * math::sigmoid(x + p[1]);
  }
  template <class T>
  void parameter_derivatives(T x, T, const T* p, T* out) const {
    out[0] = softplus(x + p[1]);
    out[1] = p[0] * math::sigmoid(x + p[1]);
  }

 private:
  /// ln(1 + exp z), which does not overflow.
  template <class T>
  static T softplus(const T& z) {
    return math::select(z > T(0), z, T(0)) + math::log(T(1) + math::exp(-math::abs(z)));
  }

  CellScope gain_, shift_;
};

class OwnTanh final : public ElementwiseActivation<OwnTanh> {
 public:
  static constexpr bool uses_input = false;
  template <class T>
  T value(const T& x, const T*) const {
    return math::tanh(x);
  }
  template <class T>
  T derivative(T, T y, const T*) const {
    return T(1) - y * y;
  }
};

class Power final : public ElementwiseActivation<Power, 1> {
 public:
  explicit Power(double p) : p_(p) {}
  std::vector<ActivationParameter> parameters() const override {
    return {{"p", p_, CellScope::row}};
  }
  template <class T>
  T value(const T& x, const T* p) const {
    return math::exp2_normal(p[0] * math::log2_normal(x));
  }
  template <class T>
  T derivative(T x, T y, const T* p) const {
    return p[0] * y / x;
  }
  template <class T>
  void parameter_derivatives(T x, T y, const T*, T* out) const {
    out[0] = y * math::log_normal(x);
  }

 private:
  double p_;
};

}  // namespace

namespace wave_test {

std::shared_ptr<const Activation> gained(CellScope gain, CellScope shift) {
  return std::make_shared<Gained>(gain, shift);
}

std::shared_ptr<const Activation> power(double p) { return std::make_shared<Power>(p); }

std::shared_ptr<const Activation> own_tanh() { return std::make_shared<OwnTanh>(); }

}  // namespace wave_test
