// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/export.hpp>
#include <glia/sdk/metric.hpp>
#include <glia/sdk/parameters.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace glia {

/// Losses that the engine computes together with the forward and backward pass.
enum class FusedLoss {
  none,           ///< the head's own `forward` and `loss` are differentiated by LibTorch
  cross_entropy,  ///< log-softmax over the row, negative log-likelihood of the label, mean of batch
  squared_error   ///< (row - target)^2, mean over batch and cells
};

/// Reads the last row: turns it into an answer, a loss to train on and metrics to report.
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

  /// By what the head is measured, at least one: results, tables and figures speak of them by these
  /// names. The first is its objective, which every epoch measures and which whatever selects goes
  /// by; the others are measured when the head has been trained. The names "loss" and those of the
  /// program's own metrics are taken. Pure. [thread-safe]
  virtual std::vector<Metric> metrics() const;

  /// The objective, sample by sample [B]: its mean over a split is what is reported. A "share" lies
  /// in [0, 1]. [thread-safe]
  virtual at::Tensor score(const at::Tensor& output, const at::Tensor& targets) const = 0;

  /// All `metrics`, sample by sample [B, metrics], the first column as `score` gives it; means over
  /// a split are reported. A head with one metric need not say more than `score`. [thread-safe]
  virtual at::Tensor measure(const at::Tensor& output, const at::Tensor& targets) const;

  /// The class that each sample was given [B] (int64), or an undefined tensor when there are none.
  /// A run that ends with one class for everything is reported as collapsed. [thread-safe]
  virtual at::Tensor predict(const at::Tensor& output) const;
};

}  // namespace glia
