// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"

#include <glia/sdk/encoder.hpp>

#include <ATen/core/Tensor.h>

namespace glia::picture {

/// How much an answer would move with each number, [N, ...] float32.
struct Saliency {
  at::Tensor latents;
  at::Tensor inputs{};  ///< undefined if the encoder's plugin gives no derivative
};

/// Of `answers` [N], which follow from `latents` [N, z] by autograd, and these from `inputs` [N,
/// features] by the encoder's mean, in the order of features that `node` has. Error (usage) if the
/// answers do not hang on the latents by autograd: a plugin that hides what it does.
Saliency saliency_of(const at::Tensor& answers, const at::Tensor& latents, const at::Tensor& inputs,
                     const Encoder& encoder, const config::EncoderNode& node);

}  // namespace glia::picture
