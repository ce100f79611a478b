// SPDX-License-Identifier: MIT
#include "wave/backends/torch/steps.hpp"

#include <torch/types.h>

#include <algorithm>

namespace glia::wave::torch_backend {
namespace {

/// Up to so many numbers a stencil is a matrix: one multiplication, in the same order every time.
/// Larger ones gather what each cell hears, whose gradient a GPU may add up in any order.
constexpr std::int64_t most_dense = std::int64_t{1} << 22;

at::Tensor whole_numbers(const std::vector<std::int64_t>& numbers, c10::Device device) {
  return at::tensor(numbers, at::kLong).to(device);
}

}  // namespace

TapTensors::TapTensors(const StencilOp& op, c10::Device device)
    : in_(op.stencil.in),
      out_(op.stencil.out),
      bias_(op.bias),
      dense_(op.stencil.in * op.stencil.out <= most_dense) {
  const Stencil& s = op.stencil;
  std::vector<std::int64_t> places, cells, exponents;
  for (std::int64_t j = 0; j < out_; ++j) {
    const auto begin = s.first[static_cast<std::size_t>(j)];
    const auto end = s.first[static_cast<std::size_t>(j) + 1];
    most_ = std::max<std::int64_t>(most_, end - begin);
    for (auto t = begin; t < end; ++t) {
      places.push_back(j * in_ + s.taps[static_cast<std::size_t>(t)]);
      cells.push_back(j);
      exponents.push_back(end - t);
    }
  }
  if (dense_) {
    places_ = whole_numbers(places, device);
  } else {
    std::vector<std::int64_t> heard, slots;
    for (std::size_t j = 0; j < static_cast<std::size_t>(out_); ++j) {
      for (std::int64_t u = 0; u < most_; ++u) {
        const std::int64_t t = s.first[j] + u;
        const bool there = t < s.first[j + 1];
        heard.push_back(there ? s.taps[static_cast<std::size_t>(t)] : 0);
        slots.push_back(there ? t : s.tap_count());
      }
    }
    heard_ = whole_numbers(heard, device);
    slots_ = whole_numbers(slots, device);
  }
  if (bias_ == Bias::compounding) {
    cell_ = whole_numbers(cells, device);
    exponent_ = whole_numbers(exponents, device);
  }
  if (!op.fixed.empty()) fixed_ = at::tensor(op.fixed, at::kDouble).to(device);
}

at::Tensor TapTensors::fixed(const at::Tensor& x) const {
  return fixed_.defined() ? fixed_.to(x.scalar_type()) : fixed_;
}

/// A compounding bias only scales weights (see Program): w (1 + b)^e.
at::Tensor TapTensors::effective(const at::Tensor& weight, const at::Tensor& bias) const {
  if (bias_ != Bias::compounding) return weight;
  return weight * (bias + 1).index_select(0, cell_).pow(exponent_.to(weight.scalar_type()));
}

at::Tensor TapTensors::weigh(const at::Tensor& x, const at::Tensor& weight,
                             const at::Tensor& bias) const {
  const at::Tensor w = effective(weight, bias);
  at::Tensor y;
  if (dense_) {
    const at::Tensor matrix =
        at::zeros({out_ * in_}, x.options()).index_copy(0, places_, w).view({out_, in_});
    y = x.mm(matrix.t());
  } else {
    const at::Tensor padded = at::cat({w, at::zeros({1}, w.options())}).index_select(0, slots_);
    y = (x.index_select(1, heard_) * padded).view({x.size(0), out_, most_}).sum(2);
  }
  return bias_ == Bias::additive ? y + bias : y;
}

}  // namespace glia::wave::torch_backend
