// SPDX-License-Identifier: MIT
#include "wave/weights.hpp"

#include "wave/kernels.hpp"

#include <algorithm>
#include <utility>

namespace glia::wave {
namespace {

const StencilOp& op_of(const Program& program, const ParameterBlock& block) {
  return std::get<StencilOp>(program.ops()[block.op]);
}

// A compounding bias: the last tap's weight counts (1+b) times, each earlier one once more.

template <class T>
void compound(const Stencil& stencil, const T* weight, const T* bias, T* effective) {
  for (std::int64_t j = 0; j < stencil.out; ++j) {
    const T base = T(1) + bias[j];
    T factor = base;
    const std::int32_t begin = stencil.first[static_cast<std::size_t>(j)];
    for (std::int32_t t = stencil.first[static_cast<std::size_t>(j) + 1]; t-- > begin;) {
      effective[t] = weight[t] * factor;
      factor *= base;
    }
  }
}

// Back from d/dw', which `gradient` holds, to d/dw and d/db, where w' = w (1+b)^e.

template <class T>
void unfold_any(const Stencil& stencil, const T* weight, const T* bias, T* gradient, T* by_bias) {
  for (std::int64_t j = 0; j < stencil.out; ++j) {
    const T base = T(1) + bias[j];
    const std::int32_t begin = stencil.first[static_cast<std::size_t>(j)];
    T sum = 0, factor = 1, exponent = 1;  // factor: (1+b)^(exponent-1)
    for (std::int32_t t = stencil.first[static_cast<std::size_t>(j) + 1]; t-- > begin;) {
      sum += weight[t] * gradient[t] * exponent * factor;
      factor *= base;
      gradient[t] *= factor;
      exponent += 1;
    }
    by_bias[j] = sum;
  }
}

}  // namespace

template <class T>
Weights<T>::Weights(const Program& program)
    : program_(program),
      effective_(program.tap_count()),
      back_(program.tap_count()),
      weight_(program.blocks().size()),
      bias_(program.blocks().size()),
      constants_(program.ops().size()),
      of_cells_(program.ops().size()) {
  for (const ParameterBlock& block : program.blocks()) {
    const auto& fixed = op_of(program, block).fixed;
    std::transform(fixed.begin(), fixed.end(), effective_.data() + block.taps,
                   [](double w) { return static_cast<T>(w); });
  }
  for (std::size_t i = 0; i < program.ops().size(); ++i) {
    const auto* activation = std::get_if<ActivationOp>(&program.ops()[i]);
    if (!activation) continue;
    for (const auto& parameter : activation->parameters) {
      constants_[i].push_back(static_cast<T>(parameter.start));
      of_cells_[i].push_back({nullptr, nullptr, parameter.scope == CellScope::cell ? 1 : 0});
    }
    for (std::size_t p = 0; p < of_cells_[i].size(); ++p) {
      of_cells_[i][p].value = &constants_[i][p];
    }
  }
}

template <class T>
void Weights<T>::prepare(const T* parameters) {
  for (std::size_t i = 0; i < of_cells_.size(); ++i) {
    const auto& places = program_.places_of(i);
    for (std::size_t p = 0; p < places.size(); ++p) {
      if (places[p] >= 0) of_cells_[i][p].value = parameters + places[p];
    }
  }
  for (std::size_t i = 0; i < program_.blocks().size(); ++i) {
    const ParameterBlock& block = program_.blocks()[i];
    const StencilOp& op = op_of(program_, block);
    const T* weight = parameters + block.weight;
    const T* bias = parameters + block.bias;
    T* effective = effective_.data() + block.taps;
    weight_[i] = op.bias == Bias::compounding || !block.trained ? effective : weight;
    bias_[i] = op.bias == Bias::additive ? bias : nullptr;
    if (op.bias == Bias::compounding) {
      block.wiring->threes ? kernels<T>().compound_threes(op.stencil.out, weight, bias, effective)
                           : compound(op.stencil, weight, bias, effective);
    }
    kernels<T>().reorder(op.stencil.tap_count(), block.wiring->back_taps.data(), weight_[i],
                         back_.data() + block.taps);
  }
}

template <class T>
Gradients<T>::Gradients(const Program& program, T* where)
    : program_(program),
      back_(program.tap_count(), T(0)),
      own_(where ? 0 : program.parameter_count(), T(0)),
      all_(where ? where : own_.data()) {
  std::int64_t place = 0;
  const auto added_up_to = [&](std::int64_t end) {
    if (end > place) added_.emplace_back(place, end - place);
  };
  for (const ParameterBlock& block : program.blocks()) {  // what unfold writes is none of it
    if (!block.trained) continue;
    const StencilOp& op = op_of(program, block);
    added_up_to(block.weight);
    place = block.bias + (op.bias == Bias::compounding ? op.stencil.out : 0);
  }
  added_up_to(program.parameter_count());
}

template <class T>
void Gradients<T>::clear() {
  for (const auto& [first, count] : added_) std::fill_n(all_ + first, count, T(0));
  if (std::exchange(gathered_, true)) std::fill_n(back_.data(), back_.size(), T(0));
}

template <class T>
T* Gradients<T>::back_weight(std::size_t block) const {
  const ParameterBlock& b = program_.blocks()[block];
  return b.trained ? back_.data() + b.taps : nullptr;
}

template <class T>
T* Gradients<T>::bias(std::size_t block) const {
  const ParameterBlock& b = program_.blocks()[block];
  return b.trained && op_of(program_, b).bias == Bias::additive ? all_ + b.bias : nullptr;
}

template <class T>
void Gradients<T>::unfold(const T* parameters) {
  for (const ParameterBlock& block : program_.blocks()) {
    if (!block.trained) continue;
    const StencilOp& op = op_of(program_, block);
    T* const by_tap = back_.data() + block.taps;
    const T *weight = parameters + block.weight, *bias = parameters + block.bias;
    T *gradient = all_ + block.weight, *by_bias = all_ + block.bias;
    kernels<T>().reorder(op.stencil.tap_count(), block.wiring->back_places.data(), by_tap,
                         gradient);
    std::fill_n(by_tap, op.stencil.tap_count(), T(0));  // while it is in the cache
    if (op.bias != Bias::compounding) continue;
    block.wiring->threes
        ? kernels<T>().unfold_threes(op.stencil.out, weight, bias, gradient, by_bias)
        : unfold_any(op.stencil, weight, bias, gradient, by_bias);
  }
  gathered_ = false;
}

template class Weights<float>;
template class Weights<double>;
template class Gradients<float>;
template class Gradients<double>;

}  // namespace glia::wave
