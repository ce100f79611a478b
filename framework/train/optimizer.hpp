// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "train/safetensors.hpp"

#include <glia/sdk/export.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace glia::train {

/// Changes parameters along their gradients. Own code rather than torch::optim, which runs about
/// ten kernels per tensor and step and hides its state; here a step is one pass over memory, and
/// the state is plain tensors that a checkpoint keeps. [serial]
class GLIA_API Optimizer {
 public:
  virtual ~Optimizer();
  /// One step; `gradients` in the order of the parameters, undefined = no gradient, left alone.
  virtual void step(const std::vector<at::Tensor>& gradients) = 0;
  /// For the steps to come.
  virtual void set_learning_rate(double learning_rate) = 0;
  /// Tensors that a checkpoint must keep so that training goes on to the same numbers.
  virtual NamedTensors state() const = 0;
};

/// Adam (Kingma & Ba, 2015) with beta = (0.9, 0.999), or plain gradient descent ("sgd"), as
/// `train` says.
GLIA_API std::unique_ptr<Optimizer> make_optimizer(const config::TrainSpec& train,
                                                   NamedTensors parameters);

}  // namespace glia::train
