// SPDX-License-Identifier: MIT
// The arithmetic of one op over a batch. Rows are [cells, B]; loops over the batch are innermost
// and contiguous, so the compiler vectorises them. Sums over the batch run in 16 lanes that are
// added in a fixed order: the same bits whatever the vector width.
#pragma once

#include "core/activation.hpp"

#include <glia/sdk/stencil.hpp>

#include <cstdint>

namespace glia::wave {

/// y_j = sum_t w_t x_k(t) (+ bias_j, unless null).
template <class T>
void stencil_forward(const Stencil& s, std::int64_t batch, const T* x, const T* weight,
                     const T* bias, T* y);

/// dx_k = sum over the cells that hear k; dw_t = <dy_j, x_k(t)>; db_j = sum dy_j. Null outputs are
/// skipped; the others are overwritten.
template <class T>
void stencil_backward(const Stencil& s, std::int64_t batch, const T* x, const T* weight,
                      const T* dy, T* dx, T* dweight, T* dbias);

template <class T>
void activate(Activation activation, std::int64_t cells, std::int64_t batch, const T* x, T* y);

/// dx from dy and the activation's own output y. dx may be dy.
template <class T>
void activate_backward(Activation activation, std::int64_t cells, std::int64_t batch, const T* y,
                       const T* dy, T* dx);

}  // namespace glia::wave
