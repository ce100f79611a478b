// SPDX-License-Identifier: MIT
#include "wave/program.hpp"

#include "wave/kernels.hpp"

#include <glia/sdk/error.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace glia::wave {
namespace {

/// (1+b)^e by repeated multiplication; e is at most the number of taps.
template <class T>
T power(T base, std::int32_t exponent) {
  T result = 1;
  for (; exponent > 0; --exponent) result *= base;
  return result;
}

/// Calls visit(cell, tap, exponent) for every tap, exponents T..1 in the order of taps.
template <class Visit>
void each_tap(const Stencil& s, Visit visit) {
  for (std::int64_t j = 0; j < s.out; ++j) {
    const std::int32_t begin = s.first[static_cast<std::size_t>(j)];
    const std::int32_t end = s.first[static_cast<std::size_t>(j) + 1];
    for (std::int32_t t = begin; t < end; ++t) visit(j, t, end - t);
  }
}

template <class T>
std::vector<T> effective_weights(const StencilOp& op, const OpParameters<T>& p) {
  std::vector<T> w(p.weight, p.weight + op.stencil.tap_count());
  if (op.bias == Bias::compounding) {
    each_tap(op.stencil, [&](std::int64_t j, std::int32_t t, std::int32_t exponent) {
      w[static_cast<std::size_t>(t)] *= power(T(1) + p.bias[j], exponent);
    });
  }
  return w;
}

/// Turns d/dw' into d/dw and d/db, since w' = w (1+b)^e.
template <class T>
void unfold_compounding(const StencilOp& op, const OpParameters<T>& p, const OpGradients<T>& g) {
  std::fill_n(g.bias, op.stencil.out, T(0));
  each_tap(op.stencil, [&](std::int64_t j, std::int32_t t, std::int32_t exponent) {
    const T base = T(1) + p.bias[j];
    g.bias[j] += p.weight[t] * g.weight[t] * T(exponent) * power(base, exponent - 1);
    g.weight[t] *= power(base, exponent);
  });
}

}  // namespace

Program::Program(std::int64_t in, std::vector<Op> ops) : ops_(std::move(ops)) {
  if (ops_.empty()) throw Error(ErrorCode::internal, "a wave program needs at least one step");
  widths_.push_back(in);
  offsets_.push_back(0);
  for (const Op& op : ops_) {
    std::int64_t width = widths_.back();
    if (const auto* step = std::get_if<StencilOp>(&op)) {
      if (step->stencil.in != width) {
        throw Error(ErrorCode::shape, "a stencil for rows of " + std::to_string(step->stencil.in) +
                                          " cells follows a row of " + std::to_string(width));
      }
      width = step->stencil.out;
    }
    widths_.push_back(width);
    offsets_.push_back(offsets_.back() + width);
  }
}

std::int64_t Program::widest() const { return *std::max_element(widths_.begin(), widths_.end()); }

template <class T>
void Program::forward(std::int64_t batch, const T* x, std::span<const OpParameters<T>> parameters,
                      T* workspace) const {
  for (std::size_t i = 0; i < ops_.size(); ++i) {
    T* y = workspace + offsets_[i] * batch;
    if (const auto* op = std::get_if<StencilOp>(&ops_[i])) {
      const auto weights = effective_weights(*op, parameters[i]);
      const T* bias = op->bias == Bias::additive ? parameters[i].bias : nullptr;
      stencil_forward(op->stencil, batch, x, weights.data(), bias, y);
    } else {
      activate(std::get<Activation>(ops_[i]), widths_[i], batch, x, y);
    }
    x = y;
  }
}

template <class T>
void Program::backward(std::int64_t batch, const T* x, std::span<const OpParameters<T>> parameters,
                       const T* workspace, const T* dy, T* dx,
                       std::span<const OpGradients<T>> gradients, T* scratch) const {
  T* const buffers[2] = {scratch, scratch + widest() * batch};
  for (std::size_t i = ops_.size(); i-- > 0;) {
    const T* row = i == 0 ? x : workspace + offsets_[i - 1] * batch;
    T* out = i == 0 ? dx : buffers[i % 2];
    if (const auto* op = std::get_if<StencilOp>(&ops_[i])) {
      const auto weights = effective_weights(*op, parameters[i]);
      const OpGradients<T>& g = gradients[i];
      stencil_backward(op->stencil, batch, row, weights.data(), dy, out, g.weight,
                       op->bias == Bias::additive ? g.bias : nullptr);
      if (op->bias == Bias::compounding) unfold_compounding(*op, parameters[i], g);
    } else if (out) {
      activate_backward(std::get<Activation>(ops_[i]), widths_[i], batch,
                        workspace + offsets_[i] * batch, dy, out);
    }
    dy = out;
  }
}

#define GLIA_INSTANTIATE(T)                                                               \
  template GLIA_API void Program::forward<T>(std::int64_t, const T*,                      \
                                             std::span<const OpParameters<T>>, T*) const; \
  template GLIA_API void Program::backward<T>(                                            \
      std::int64_t, const T*, std::span<const OpParameters<T>>, const T*, const T*, T*,   \
      std::span<const OpGradients<T>>, T*) const;
GLIA_INSTANTIATE(float)
GLIA_INSTANTIATE(double)
#undef GLIA_INSTANTIATE

}  // namespace glia::wave
