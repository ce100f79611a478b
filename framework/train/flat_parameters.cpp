// SPDX-License-Identifier: MIT
#include "train/flat_parameters.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

namespace glia::train {

FlatParameters::FlatParameters(const ParameterSet& set) {
  const auto options = at::TensorOptions().dtype(set.dtype());
  values_ = at::zeros({set.count()}, options);
  gradient_ = at::zeros({set.count()}, options);
  at::NoGradGuard no_grad;
  std::int64_t place = 0;
  for (const auto& [name, tensor] : set.all()) {
    const at::Tensor part = values_.narrow(0, place, tensor.numel()).view(tensor.sizes());
    part.copy_(tensor);
    at::Tensor handle = tensor;
    handle.set_data(part);
    tensors_.push_back(handle);
    gradients_.push_back(gradient_.narrow(0, place, tensor.numel()).view(tensor.sizes()));
    place += tensor.numel();
  }
}

void FlatParameters::differentiate(const at::Tensor& loss) const {
  const auto found = torch::autograd::grad({loss}, tensors_, {}, c10::nullopt, false,
                                           /*allow_unused=*/true);
  at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i].defined()) {
      gradients_[i].copy_(found[i]);
    } else {
      gradients_[i].zero_();
    }
  }
}

std::span<float> numbers_of(const at::Tensor& flat) {
  return {flat.data_ptr<float>(), static_cast<std::size_t>(flat.numel())};
}

}  // namespace glia::train
