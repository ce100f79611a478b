// SPDX-License-Identifier: MIT
// Each op of a program as tensor operations.
#pragma once

#include "wave/disturb.hpp"
#include "wave/op.hpp"

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <vector>

namespace glia::wave::torch_backend {

/// A stencil's taps as tensors on a device.
class TapTensors {
 public:
  TapTensors(const StencilOp& op, c10::Device device);

  /// x [B, in] -> the sums [B, out]. `weight` [taps]; `bias` [out] or undefined.
  at::Tensor weigh(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) const;
  /// The weights that are not trained, in the type of `x`; undefined if they are parameters.
  at::Tensor fixed(const at::Tensor& x) const;

 private:
  at::Tensor effective(const at::Tensor& weight, const at::Tensor& bias) const;

  std::int64_t in_, out_, most_ = 0;
  Bias bias_;
  bool dense_;
  at::Tensor places_;           // dense: of each tap in the matrix [out, in]
  at::Tensor heard_, slots_;    // else [out * most]: the cell, and the tap or (none) their number
  at::Tensor hearers_;          // of each cell [in * most]: where it stands in what is heard
  at::Tensor cell_, exponent_;  // of each tap, for compounding biases
  at::Tensor fixed_;
};

/// phi(x); `parameters` are those that are trained, in order.
at::Tensor respond(const ActivationOp& op, const at::Tensor& x,
                   const std::vector<at::Tensor>& parameters);

/// What chance makes of x [B, cells]: the draws of the vector backend, on x's device.
at::Tensor disturb(const DisturbOp& op, const at::Tensor& x, const ForwardContext& context);

}  // namespace glia::wave::torch_backend
