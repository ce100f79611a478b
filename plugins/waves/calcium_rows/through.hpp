// SPDX-License-Identifier: MIT
#pragma once

#include "tissue.hpp"

#include <ATen/core/Tensor.h>

#include <memory>

namespace glia_calcium_rows {

/// Runs a tissue as one node of LibTorch's autograd graph, float32 or float64: drive [B, width] ->
/// what the last row releases [B, width]. `weights` [rows - 1, width, 3] and `base`
/// [rows - 1, width] as in `Tissue`; `noise` [B, cells] or undefined. Error (numeric) if dt is too
/// long. [thread-safe]
at::Tensor through_tissue(const std::shared_ptr<const Anatomy>& anatomy, const at::Tensor& drive,
                          const at::Tensor& weights, const at::Tensor& base,
                          const at::Tensor& noise);

}  // namespace glia_calcium_rows
