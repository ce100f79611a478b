// SPDX-License-Identifier: MIT
#pragma once

#include "wave/program.hpp"

#include <glia/sdk/wave_layer.hpp>

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

namespace glia::wave {

/// Runs a program as one node of LibTorch's autograd graph: row [B, in] -> [B, out], float32 or
/// float64. `parameters`: for each trained block in order its weight, then its bias unless it has
/// none. Disturbances draw from `context`. [thread-safe]
at::Tensor run_program(const std::shared_ptr<const Program>& program, const at::Tensor& row,
                       const std::vector<at::Tensor>& parameters,
                       const ForwardContext& context = {});

}  // namespace glia::wave
