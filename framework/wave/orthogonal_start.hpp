// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/stencil.hpp>

#include <span>

namespace glia::wave {

/// Moves random weights (one per tap) to a row map that keeps lengths as well as its taps allow:
/// W W^T near the identity where the row narrows or stays, W^T W where it widens. A deep stack of
/// such rows neither fades nor explodes, forward and backward, and still mixes neighbours.
///
/// Gradient descent on |W W^T - I|^2 over the taps alone: exact orthogonality inside a band of
/// three leaves little but rotations of pairs, and those mix worse. Pure. [thread-safe]
void make_near_orthogonal(const Stencil& stencil, std::span<double> weights);

}  // namespace glia::wave
