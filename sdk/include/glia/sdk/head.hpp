// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/export.hpp>
#include <glia/sdk/parameters.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace glia {

/// Losses that the engine computes together with the forward and backward pass.
enum class FusedLoss {
  none,           ///< the head's own `forward` and `loss` are differentiated by LibTorch
  cross_entropy,  ///< log-softmax over the row, negative log-likelihood of the label, mean of batch
  squared_error   ///< (row - target)^2, mean over batch and cells
};

/// Reads the last row: turns it into an answer, a loss to train on and a score to report.
class GLIA_API Head {
 public:
  virtual ~Head();

  /// Error (shape), in plain words, if a row of `in` cells or these targets do not fit.
  /// [thread-safe]
  virtual void check(std::int64_t in, const SampleSpec& data) const = 0;

  /// Adds parameters, if the head has any. Called once.
  virtual void build(std::int64_t in, ParameterSet& parameters);

  /// row [B, n] -> output [B, k] (log-probabilities, say). [thread-safe]
  virtual at::Tensor forward(const at::Tensor& row) const = 0;

  /// Mean loss of the batch, a scalar. `targets`: labels [B] (int64) or values [B, target_width].
  virtual at::Tensor loss(const at::Tensor& output, const at::Tensor& targets) const = 0;

  /// The same loss by name, if it is one that the engine has: training then needs no autograd. The
  /// head must have no parameters of its own, and `loss(forward(row))` must equal the named loss of
  /// the row. [thread-safe]
  virtual FusedLoss fused_loss() const { return FusedLoss::none; }

  /// Score per sample [B] in [0, 1]; its mean over a split is the accuracy. [thread-safe]
  virtual at::Tensor score(const at::Tensor& output, const at::Tensor& targets) const = 0;

  /// The class that each sample was given [B] (int64), or an undefined tensor when there are none.
  /// A run that ends with one class for everything is reported as collapsed. [thread-safe]
  virtual at::Tensor predict(const at::Tensor& output) const;
};

}  // namespace glia
