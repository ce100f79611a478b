// SPDX-License-Identifier: MIT
#include "train/optimizer.hpp"
#include "train/optimizers/moments.hpp"

#include <glia/sdk/schema.hpp>

namespace glia::train::optimizers::adamw {
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
class AdamW final : public MomentsOptimizer {
 public:
  AdamW(const Config& config, const at::Tensor& parameters)
      : MomentsOptimizer(parameters), config_(config) {}

 private:
  AdamStep step_of(double learning_rate) const override {
    return {.learning_rate = learning_rate,
            .epsilon = config_.epsilon,
            .decay = learning_rate * config_.weight_decay,
            .penalty = 0};
  }

  Config config_;
};

const Registered<OptimizerEntry> registered(
    optimizer<AdamW>("adamw", settings,
                     "adam with weight decay apart from the gradient's moments "
                     "(Loshchilov & Hutter, 2019)."));

}  // namespace
}  // namespace glia::train::optimizers::adamw
