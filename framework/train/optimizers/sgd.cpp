// SPDX-License-Identifier: MIT
#include "core/vectorised.hpp"
#include "train/optimizer.hpp"

#include <glia/sdk/schema.hpp>

#include <ATen/ATen.h>

#include <cmath>

namespace glia::train::optimizers::sgd {
namespace {

struct Config {
  double momentum = 0;
  bool nesterov = false;
  double weight_decay = 0;
};

constexpr auto settings = schema<Config>(
    field(&Config::momentum, "momentum")
        .at_least(0)
        .below(1)
        .doc("Share of the last step's direction that is kept: v = momentum v + gradient."),
    field(&Config::nesterov, "nesterov")
        .doc("Whether the step looks ahead along the new direction (Nesterov's momentum)."),
    field(&Config::weight_decay, "weight_decay")
        .at_least(0)
        .doc("Times a parameter, added to its gradient (L2 penalty)."),
    rule<Config>([](const Config& c) -> const char* {
      return c.nesterov && c.momentum == 0 ? "nesterov needs a momentum above 0" : nullptr;
    }));

template <class T>
struct Step {
  T rate, momentum, penalty;
  bool nesterov;

  void plain(std::int64_t n, const T* gs, T* ps) const {
    const T r = rate, l2 = penalty;
    vectorised(n, [=](std::int64_t i) GLIA_VECTORISED { ps[i] -= r * std::fma(l2, ps[i], gs[i]); });
  }

  void with_momentum(std::int64_t n, const T* gs, T* vs, T* ps) const {
    // Along momentum v + gradient with Nesterov, else along v.
    const T r = rate, l2 = penalty, keep = momentum;
    const T own = nesterov ? T(1) : T(0), moving = nesterov ? momentum : T(1);
    vectorised(n, [=](std::int64_t i) GLIA_VECTORISED {
      const T g = std::fma(l2, ps[i], gs[i]);
      const T v = std::fma(keep, vs[i], g);
      vs[i] = v;
      ps[i] -= r * std::fma(own, g, moving * v);
    });
  }
};

class GradientDescent final : public Optimizer {
 public:
  GradientDescent(const Config& config, const at::Tensor& parameters) : config_(config) {
    if (config.momentum > 0) velocity_ = add_state("velocity", parameters);
  }

 private:
  void update(double learning_rate, const at::Tensor& gradient, const at::Tensor& parameters,
              std::int64_t first, std::int64_t count) override {
    AT_DISPATCH_FLOATING_TYPES(gradient.scalar_type(), "sgd", [&] {
      const Step<scalar_t> step{.rate = scalar_t(learning_rate),
                                .momentum = scalar_t(config_.momentum),
                                .penalty = scalar_t(config_.weight_decay),
                                .nesterov = config_.nesterov};
      const auto* g = gradient.data_ptr<scalar_t>() + first;
      auto* p = parameters.data_ptr<scalar_t>() + first;
      if (velocity_.defined()) {
        step.with_momentum(count, g, velocity_.data_ptr<scalar_t>() + first, p);
      } else {
        step.plain(count, g, p);
      }
    });
  }

  Config config_;
  at::Tensor velocity_;
};

const Registered<OptimizerEntry> registered(optimizer<GradientDescent>(
    "sgd", settings, "Every parameter steps along its gradient, with momentum if wanted."));

}  // namespace
}  // namespace glia::train::optimizers::sgd
