// SPDX-License-Identifier: MIT
#include "picture/saliency.hpp"

#include "train/feature_order.hpp"
#include "train/samples.hpp"

#include <glia/sdk/error.hpp>

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <fmt/format.h>

namespace glia::picture {

Saliency saliency_of(const at::Tensor& answers, const at::Tensor& latents, const at::Tensor& inputs,
                     const Encoder& encoder, const config::EncoderNode& node) {
  const at::AutoGradMode with_gradients(true);
  at::Tensor by_latent;
  if (answers.requires_grad()) {
    by_latent = torch::autograd::grad({answers.sum()}, {latents}, {}, c10::nullopt, false, true)[0];
  }
  if (!by_latent.defined()) {
    throw Error(ErrorCode::usage,
                "the answer has no derivative by the latent row: a plugin on the "
                "way computes without LibTorch's autograd",
                "leave out --saliency");
  }
  Saliency found{by_latent};
  const at::Tensor x = inputs.detach().clone().requires_grad_();
  at::Tensor code = encoder.encode(x).mean;
  if (!code.requires_grad()) return found;
  if (node.feature_order != 0) {
    code = code.index_select(1, train::indices_of(train::feature_places(node, code.size(1))));
  }
  found.inputs = torch::autograd::grad({code}, {x}, {by_latent.reshape_as(code)}, c10::nullopt,
                                       false, true)[0];
  return found;
}

}  // namespace glia::picture
