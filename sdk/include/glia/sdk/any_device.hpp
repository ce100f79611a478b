// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>
#include <glia/sdk/random.hpp>

#include <ATen/core/Tensor.h>

namespace glia {

/// An encoder whose `loss` is made of LibTorch's operations alone, wherever its parameters and the
/// inputs lie, derives from this too: it can then be trained on a GPU. The host gives another
/// instance parameters and buffers on the device; what `loss` makes besides has to be made there
/// (`tensor.options()`, `normal_like`), and no pointer may be read.
class GLIA_API OnAnyDevice {
 public:
  virtual ~OnAnyDevice();
};

/// Draws from the standard normal distribution, in shape, type (float32, float64) and on the device
/// of `tensor`: drawn on the processor, so they are the same on every device.
GLIA_API at::Tensor normal_like(const at::Tensor& tensor, RandomStream& random);

}  // namespace glia
