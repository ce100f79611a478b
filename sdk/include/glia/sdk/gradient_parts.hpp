// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>
#include <glia/sdk/random.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace glia {

/// Hears of a batch's gradient part by part, while the rest is worked out.
class GLIA_API GradientListener {
 public:
  virtual ~GradientListener();

  /// The batch's loss, summed over its samples. Comes once, before any part; throws where the batch is not
  /// to be learned from. [serial]
  virtual void loss(double sum) = 0;

  /// `count` numbers of a gradient, float32, are there to stay. The parameters that they belong to may
  /// change at once. [thread-safe]
  virtual void found(const float* first, std::int64_t count) = 0;
};

/// An encoder that works out its gradient by hand, and reads no parameter once it knows the loss, derives
/// from this too: whoever finds a part of the gradient then makes the optimizer's step along it, while it is
/// in the nearest cache, on whatever thread.
class GLIA_API GradientByParts {
 public:
  virtual ~GradientByParts();

  /// As `Encoder::gradients`, to the bit, but tells `listener` the loss, then every number of the gradients,
  /// each once. Nothing: it told nothing, and the host asks `gradients`. [serial: may use memory of its own]
  virtual std::optional<double> gradients_by_parts(const at::Tensor& inputs, RandomStream& random,
                                                   const std::vector<at::Tensor>& gradients,
                                                   GradientListener& listener) = 0;
};

}  // namespace glia
