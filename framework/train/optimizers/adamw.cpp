// SPDX-License-Identifier: MIT
#include "train/optimizer.hpp"
#include "train/optimizers/moments.hpp"

#include <glia/sdk/schema.hpp>

#include <torch/types.h>

namespace glia::train {
namespace {

struct Config {
  double epsilon = 1e-8;
  double weight_decay = 0.01;
};

constexpr auto settings = schema<Config>(
    field(&Config::epsilon, "epsilon")
        .above(0)
        .doc("Added to a gradient's size before the gradient is divided by it."),
    field(&Config::weight_decay, "weight_decay")
        .at_least(0)
        .doc("Times the learning rate: the share of every parameter that a step takes away."));

/// Loshchilov & Hutter, "Decoupled weight decay regularization", ICLR 2019.
class AdamW final : public Optimizer {
 public:
  AdamW(const Config& config, const at::Tensor& parameters)
      : config_(config),
        first_(add_state("first", parameters)),
        second_(add_state("second", parameters)) {}

 private:
  void update(double learning_rate, const at::Tensor& gradient,
              const at::Tensor& parameters) override {
    const AdamStep step{.learning_rate = learning_rate,
                        .epsilon = config_.epsilon,
                        .decay = learning_rate * config_.weight_decay,
                        .penalty = 0};
    AT_DISPATCH_FLOATING_TYPES(gradient.scalar_type(), "adamw", [&] {
      step(steps, gradient.numel(), gradient.data_ptr<scalar_t>(), first_.data_ptr<scalar_t>(),
           second_.data_ptr<scalar_t>(), parameters.data_ptr<scalar_t>());
    });
  }

  Config config_;
  at::Tensor first_, second_;
};

const Registered<OptimizerEntry> registered(
    optimizer<AdamW>("adamw", settings,
                     "adam with weight decay apart from the gradient's moments "
                     "(Loshchilov & Hutter, 2019)."));

}  // namespace
}  // namespace glia::train
