// SPDX-License-Identifier: MIT
#pragma once

#include "train/encoding.hpp"
#include "train/flat_parameters.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/random.hpp>

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <vector>

namespace glia::train {

/// Another instance of an encoder, whose parameters lie in one piece on a device: LibTorch
/// differentiates its loss there. The parameters that are trained stay on the processor; per batch
/// one copy of them comes here, and one of the gradient goes back.
class EncoderTwin {
 public:
  /// On a GPU the encoder has to be a glia::OnAnyDevice.
  EncoderTwin(const config::EncoderNode& node, const SampleSpec& in, c10::Device device);

  /// The loss of a batch at the values of `parameters`, whose gradient it leaves there. `original`:
  /// the encoder's own, for the buffers. [serial]
  double gradients(const at::Tensor& inputs, RandomStream& random, const ParameterSet& original,
                   const FlatParameters& parameters);

 private:
  void take_buffers(const ParameterSet& original);

  c10::Device device_;
  BuiltEncoder built_;
  at::Tensor values_;                // all parameters [n]
  std::vector<at::Tensor> tensors_;  // parts of it, as autograd wants them
  bool has_buffers_ = false;         // those that were fitted
};

}  // namespace glia::train
