// SPDX-License-Identifier: MIT
#include "wave/backends/torch/steps.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace glia::wave::torch_backend {
namespace {

/// Up to so many numbers a stencil is a matrix, and a step one multiplication. Larger ones gather what
/// each cell hears.
constexpr std::int64_t most_dense = std::int64_t{1} << 22;

at::Tensor whole_numbers(const std::vector<std::int64_t>& numbers, c10::Device device) {
  return at::tensor(numbers, at::kLong).to(device);
}

/// For each of `in` cells the places of `heard` where it stands, those of taps that are there: [in *
/// most], filled up with the number of places.
std::vector<std::int64_t> places_of(const std::vector<std::int64_t>& heard,
                                    const std::vector<bool>& there, std::int64_t in) {
  std::vector<std::vector<std::int64_t>> places(static_cast<std::size_t>(in));
  std::size_t most = 1;
  for (std::size_t p = 0; p < heard.size(); ++p) {
    if (!there[p]) continue;
    auto& of = places[static_cast<std::size_t>(heard[p])];
    of.push_back(static_cast<std::int64_t>(p));
    most = std::max(most, of.size());
  }
  std::vector<std::int64_t> all;
  for (auto& of : places) {
    of.resize(most, static_cast<std::int64_t>(heard.size()));
    all.insert(all.end(), of.begin(), of.end());
  }
  return all;
}

/// x [B, in] -> what is heard [B, places]. LibTorch's own gradient of this adds up what a cell gets
/// in any order on a GPU; here each cell gathers it from where it was heard.
struct Hear : torch::autograd::Function<Hear> {
  using Context = torch::autograd::AutogradContext;
  using Tensors = torch::autograd::variable_list;

  static at::Tensor forward(Context* context, const at::Tensor& x, const at::Tensor& heard,
                            const at::Tensor& hearers) {
    context->save_for_backward({hearers});
    context->saved_data["in"] = x.size(1);
    return x.index_select(1, heard);
  }

  static Tensors backward(Context* context, const Tensors& gradients) {
    const at::Tensor& g = gradients[0];
    const at::Tensor hearers = context->get_saved_variables()[0];
    const std::int64_t in = context->saved_data["in"].toInt();
    const at::Tensor padded = at::constant_pad_nd(g, {0, 1});
    return {padded.index_select(1, hearers).view({g.size(0), in, -1}).sum(2), {}, {}};
  }
};

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
    std::vector<bool> is_there;
    for (std::size_t j = 0; j < static_cast<std::size_t>(out_); ++j) {
      for (std::int64_t u = 0; u < most_; ++u) {
        const std::int64_t t = s.first[j] + u;
        const bool there = t < s.first[j + 1];
        heard.push_back(there ? s.taps[static_cast<std::size_t>(t)] : 0);
        slots.push_back(there ? t : s.tap_count());
        is_there.push_back(there);
      }
    }
    hearers_ = whole_numbers(places_of(heard, is_there, in_), device);
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
  if (dense_) {
    // In place, into zeros that nobody else holds: a pass over the matrix less.
    const at::Tensor matrix = at::zeros({out_ * in_}, x.options()).index_copy_(0, places_, w);
    const at::Tensor transposed = matrix.view({out_, in_}).t();
    return bias_ == Bias::additive ? at::addmm(bias, x, transposed) : x.mm(transposed);
  }
  const at::Tensor padded = at::cat({w, at::zeros({1}, w.options())}).index_select(0, slots_);
  const at::Tensor heard = Hear::apply(x, heard_, hearers_);
  const at::Tensor y = (heard * padded).view({x.size(0), out_, most_}).sum(2);
  return bias_ == Bias::additive ? y + bias : y;
}

}  // namespace glia::wave::torch_backend
