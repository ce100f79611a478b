// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/export.hpp>
#include <glia/sdk/parameters.hpp>
#include <glia/sdk/random.hpp>
#include <glia/sdk/shape.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace glia {

/// What an encoder says of a batch. The host draws the sample z = mean + exp(log_variance / 2) *
/// eps, so that it can cache the rest and key the draw by message.
struct Latent {
  at::Tensor mean;          ///< [B, z]
  at::Tensor log_variance;  ///< [B, z], or undefined when the code is deterministic
};

/// The inputs that an encoder takes, both ends included.
struct InputRange {
  double low = 0, high = 1;
};

/// The training samples that an encoder is fitted to, those that are kept for validation left out:
/// as a whole or piece by piece, always in the same order.
class GLIA_API TrainingInputs {
 public:
  virtual ~TrainingInputs();

  virtual std::int64_t size() const = 0;

  /// Inputs [count, features] of samples first ... first + count - 1. [thread-safe]
  virtual at::Tensor read(std::int64_t first, std::int64_t count) const = 0;

  /// All of them [size, features], where they fit into memory. [thread-safe]
  at::Tensor all() const { return read(0, size()); }
};

/// "Neurons as input": turns inputs into the row of features that the astrocytes hear.
///
/// Life: constructed from its Config (cheap, pure), `build`, then `fit` if `fitted`, then trained by
/// the host if `trainable`, then frozen. All that it learns lies in parameters and buffers: given
/// those of another instance, in place of `fit` and training, it is that one.
class GLIA_API Encoder {
 public:
  virtual ~Encoder();

  /// Width of the latent row for such inputs; Error (shape) if they do not fit. [thread-safe]
  virtual std::int64_t out_width(const SampleSpec& in) const = 0;

  /// How the cells of that row lie; a sheet is read row by row. [thread-safe]
  virtual Shape out_shape(const SampleSpec& in) const { return Shape::chain(out_width(in)); }

  /// Adds parameters, which are trained, and buffers, which are not. Called once.
  virtual void build(const SampleSpec& in, ParameterSet& parameters) = 0;

  /// inputs [B, features] -> latent [B, z]. [thread-safe]
  virtual Latent encode(const at::Tensor& inputs) const = 0;

  /// Whether `fit` has to see the training samples.
  virtual bool fitted() const { return false; }

  /// Works out from the training samples what no gradient finds (means, principal components), and
  /// writes it into buffers (or parameters: where training starts), in place. A pure function of
  /// samples, Config and what `build` drew: equal to the bit whatever the threads (see
  /// `glia::parallel`). Called once, before training and before anything is encoded. [serial]
  virtual void fit(const TrainingInputs& inputs);

  /// Whether there is anything to train.
  virtual bool trainable() const { return false; }

  /// The encoder's own loss of a batch, summed over its samples: a scalar that the host
  /// differentiates. Draw noise from `random` only. [serial]
  virtual at::Tensor loss(const at::Tensor& inputs, RandomStream& random) const;

  /// The value of `loss`, and its gradient in `gradients` (one per parameter, in their order, ready
  /// made in the parameters' shapes; what they hold before is left over and is to be overwritten), worked
  /// out by hand; nothing: the host differentiates `loss`.
  /// Must draw as `loss` does. [serial: may use memory of its own]
  virtual std::optional<double> gradients(const at::Tensor& inputs, RandomStream& random,
                                          const std::vector<at::Tensor>& gradients);

  /// What every input has to lie in for the loss to make sense; nothing: any number will do. The
  /// host refuses data outside of it, with the sample. [thread-safe]
  virtual std::optional<InputRange> input_range() const;
};

}  // namespace glia
