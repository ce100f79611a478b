// SPDX-License-Identifier: MIT
#include "train/optimizer.hpp"
#include "train/optimizers/moments.hpp"

#include <glia/sdk/schema.hpp>

#include <torch/types.h>

namespace glia::train {
namespace {

struct Config {
  double epsilon = 1e-8;
  double weight_decay = 0;
};

constexpr auto settings = schema<Config>(
    field(&Config::epsilon, "epsilon")
        .above(0)
        .doc("Of adam, which divides a gradient by its size plus this: what lies far below it "
             "hardly learns."),
    field(&Config::weight_decay, "weight_decay")
        .at_least(0)
        .doc("Times a parameter, added to its gradient (L2 penalty)."));

class Adam final : public Optimizer {
 public:
  Adam(const Config& config, const at::Tensor& parameters)
      : config_(config),
        first_(add_state("first", parameters)),
        second_(add_state("second", parameters)) {}

 private:
  void update(double learning_rate, const at::Tensor& gradient,
              const at::Tensor& parameters) override {
    const AdamStep step{.learning_rate = learning_rate,
                        .epsilon = config_.epsilon,
                        .decay = 0,
                        .penalty = config_.weight_decay};
    AT_DISPATCH_FLOATING_TYPES(gradient.scalar_type(), "adam", [&] {
      step(steps, gradient.numel(), gradient.data_ptr<scalar_t>(), first_.data_ptr<scalar_t>(),
           second_.data_ptr<scalar_t>(), parameters.data_ptr<scalar_t>());
    });
  }

  Config config_;
  at::Tensor first_, second_;  // running moments of the gradient
};

const Registered<OptimizerEntry> registered(
    optimizer<Adam>("adam", settings,
                    "Each parameter steps at its own pace, by running moments of "
                    "its gradient (Kingma & Ba, 2015)."));

}  // namespace
}  // namespace glia::train
