// SPDX-License-Identifier: MIT
#include "train/optimizer.hpp"
#include "train/optimizers/moments.hpp"

#include <glia/sdk/schema.hpp>

namespace glia::train::optimizers::adam {
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

class Adam final : public MomentsOptimizer {
 public:
  Adam(const Config& config, const at::Tensor& parameters)
      : MomentsOptimizer(parameters), config_(config) {}

 private:
  AdamStep step_of(double learning_rate) const override {
    return {.learning_rate = learning_rate,
            .epsilon = config_.epsilon,
            .decay = 0,
            .penalty = config_.weight_decay};
  }

  Config config_;
};

const Registered<OptimizerEntry> registered(
    optimizer<Adam>("adam", settings,
                    "Each parameter steps at its own pace, by running moments of "
                    "its gradient (Kingma & Ba, 2015)."));

}  // namespace
}  // namespace glia::train::optimizers::adam
