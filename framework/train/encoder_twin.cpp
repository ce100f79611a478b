// SPDX-License-Identifier: MIT
#include "train/encoder_twin.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <cstddef>

namespace glia::train {

EncoderTwin::EncoderTwin(const config::EncoderNode& node, const SampleSpec& in, c10::Device device)
    : device_(device), built_(build_encoder(node, in)) {
  const ParameterSet& own = *built_.parameters;
  values_ = at::zeros({own.count()}, at::TensorOptions().dtype(own.dtype()).device(device));
  std::int64_t place = 0;
  for (const auto& [name, tensor] : own.all()) {
    at::Tensor handle = tensor;
    handle.set_data(values_.narrow(0, place, tensor.numel()).view(tensor.sizes()));
    tensors_.push_back(handle);
    place += handle.numel();
  }
}

void EncoderTwin::take_buffers(const ParameterSet& original) {
  has_buffers_ = true;
  for (std::size_t i = 0; i < original.buffers().size(); ++i) {
    at::Tensor handle = built_.parameters->buffers()[i].second;
    handle.set_data(original.buffers()[i].second.to(device_));
  }
}

double EncoderTwin::gradients(const at::Tensor& inputs, RandomStream& random,
                              const ParameterSet& original, const FlatParameters& parameters) {
  if (!has_buffers_) take_buffers(original);  // by now they have been fitted
  {
    at::NoGradGuard no_grad;
    values_.copy_(parameters.values());
  }
  const at::Tensor loss = built_.encoder->loss(inputs.to(device_), random);
  const auto found = torch::autograd::grad({loss}, tensors_, {}, c10::nullopt, false,
                                           /*allow_unused=*/true);
  at::NoGradGuard no_grad;
  std::vector<at::Tensor> parts;
  for (std::size_t i = 0; i < found.size(); ++i) {
    parts.push_back(found[i].defined() ? found[i].reshape({-1})
                                       : at::zeros({tensors_[i].numel()}, values_.options()));
  }
  parameters.gradient().copy_(at::cat(parts));
  return loss.item<double>();
}

}  // namespace glia::train
