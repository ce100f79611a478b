// SPDX-License-Identifier: MIT
#pragma once

#include "wave/op.hpp"

#include <ATen/core/Tensor.h>

#include <vector>

namespace glia::wave {

/// Adds `from` to `row`, same cell to same cell, centre on centre.
at::Tensor add_skip(const at::Tensor& row, const at::Tensor& from);

/// What an op without weights, response or chance (a skip or a step in time) makes of the rows
/// [B, width] before it, the last of which it is given, in LibTorch's operations. An undefined
/// tensor for ops of other kinds. [thread-safe]
at::Tensor make_row(const Op& op, const std::vector<at::Tensor>& rows);

}  // namespace glia::wave
