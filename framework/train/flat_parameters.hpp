// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/parameters.hpp>

#include <ATen/core/Tensor.h>

#include <span>
#include <vector>

namespace glia::train {

/// The parameters of a set in one stretch of memory, in their order, and their gradient in another:
/// whoever holds a parameter's tensor sees every step. [one writer at a time]
class FlatParameters {
 public:
  /// Moves the set's tensors there, values and all; handles to them stay valid.
  explicit FlatParameters(const ParameterSet& set);

  /// All values [n], without a gradient of their own.
  const at::Tensor& values() const { return values_; }
  /// The gradient found last, [n].
  const at::Tensor& gradient() const { return gradient_; }

  /// The parameters as autograd wants them, and parts of `gradient` in their shapes.
  const std::vector<at::Tensor>& tensors() const { return tensors_; }
  const std::vector<at::Tensor>& gradients() const { return gradients_; }

  /// Differentiates a scalar loss: its gradient is in `gradient` then, zero for parameters that the
  /// loss does not depend on.
  void differentiate(const at::Tensor& loss) const;

 private:
  at::Tensor values_, gradient_;
  std::vector<at::Tensor> tensors_, gradients_;
};

/// Numbers of a flat float32 tensor.
std::span<float> numbers_of(const at::Tensor& flat);

}  // namespace glia::train
