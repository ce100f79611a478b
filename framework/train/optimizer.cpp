// SPDX-License-Identifier: MIT
#include "train/optimizer.hpp"

#include "core/tiny_as_zero.hpp"
#include "train/blocks.hpp"

#include <ATen/ATen.h>

namespace glia {

template <>
Registry<train::OptimizerEntry>& Registry<train::OptimizerEntry>::all() {
  static Registry registry;
  return registry;
}

namespace train {

Optimizer::~Optimizer() = default;

void Optimizer::step(double learning_rate, const at::Tensor& gradient,
                     const at::Tensor& parameters) {
  begin();
  in_blocks(gradient.numel(), [&](std::int64_t first, std::int64_t count) {
    update(learning_rate, gradient, parameters, first, count);
  });
}

void Optimizer::part(double learning_rate, const at::Tensor& gradient, const at::Tensor& parameters,
                     std::int64_t first, std::int64_t count) {
  const TinyAsZero mode;
  update(learning_rate, gradient, parameters, first, count);
}

at::Tensor Optimizer::add_state(const std::string& name, const at::Tensor& like) {
  at::Tensor array = at::zeros(like.sizes(), like.options().requires_grad(false));
  state_.emplace_back(name, array);
  return array;
}

std::unique_ptr<Optimizer> make_optimizer(const config::TrainSpec& train,
                                          const at::Tensor& parameters) {
  return Registry<OptimizerEntry>::all().at(train.optimizer).make(train.settings, parameters);
}

}  // namespace train
}  // namespace glia
