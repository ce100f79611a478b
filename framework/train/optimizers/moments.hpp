// SPDX-License-Identifier: MIT
#pragma once

#include "core/vectorised.hpp"
#include "train/optimizer.hpp"

#include <ATen/Dispatch.h>
#include <ATen/core/Tensor.h>

#include <cmath>
#include <cstdint>

namespace glia::train {

/// Adam's update number t (Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015),
/// with beta = (0.9, 0.999), of n parameters with their running moments. Before it, `decay` of
/// every parameter is taken away (decoupled weight decay); `penalty` times the parameter is added
/// to its gradient (L2). Zero leaves both out, to the bit.
struct AdamStep {
  static constexpr double beta1 = 0.9, beta2 = 0.999;

  double learning_rate, epsilon, decay = 0, penalty = 0;

  template <class T>
  void operator()(std::int64_t t, std::int64_t n, const T* gs, T* ms, T* vs, T* ps) const {
    const auto steps = static_cast<double>(t);
    const T b1 = T(beta1), b2 = T(beta2), keep1 = T(1 - beta1), keep2 = T(1 - beta2);
    const T rate = T(learning_rate / (1 - std::pow(beta1, steps)));
    const T inverse_root = T(1 / std::sqrt(1 - std::pow(beta2, steps)));
    const T eps = T(epsilon), shrink = T(1 - decay), l2 = T(penalty);
    vectorised(n, [=](std::int64_t i) GLIA_VECTORISED {
      const T g = std::fma(l2, ps[i], gs[i]);
      const T m = std::fma(b1, ms[i], keep1 * g);
      const T v = std::fma(b2, vs[i], (keep2 * g) * g);
      ms[i] = m;
      vs[i] = v;
      const T divisor = std::fma(std::sqrt(v), inverse_root, eps);
      ps[i] = std::fma(-rate, m / divisor, shrink * ps[i]);
    });
  }
};

/// An optimizer whose state are Adam's two running moments of the gradient.
class MomentsOptimizer : public Optimizer {
 protected:
  explicit MomentsOptimizer(const at::Tensor& parameters)
      : first_(add_state("first", parameters)), second_(add_state("second", parameters)) {}

 private:
  virtual AdamStep step_of(double learning_rate) const = 0;

  void update(double learning_rate, const at::Tensor& gradient, const at::Tensor& parameters,
              std::int64_t first, std::int64_t count) final {
    const AdamStep step = step_of(learning_rate);
    AT_DISPATCH_FLOATING_TYPES(gradient.scalar_type(), "adam", [&] {
      step(steps, count, gradient.data_ptr<scalar_t>() + first, first_.data_ptr<scalar_t>() + first,
           second_.data_ptr<scalar_t>() + first, parameters.data_ptr<scalar_t>() + first);
    });
  }

  at::Tensor first_, second_;
};

}  // namespace glia::train
