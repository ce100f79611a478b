// SPDX-License-Identifier: MIT
#pragma once

#include "kernels.hpp"

#include <glia/sdk/random.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace vae {

/// Parameters or gradients of the autoencoder, in the order in which it adds them.
struct Tensors {
  at::Tensor hidden_weight, hidden_bias;              // [features, hidden], [hidden]
  at::Tensor mean_weight, mean_bias;                  // [z, hidden], [z]
  at::Tensor log_variance_weight, log_variance_bias;  // the same
  at::Tensor decode_weight, decode_bias;              // [hidden, z], [hidden]
  at::Tensor logits_weight, logits_bias;              // [features, hidden], [features]

  static Tensors from(const std::vector<at::Tensor>& all);
};

/// One training step without autograd: the matrix products, and everything else in one pass each.
/// Keeps its memory from batch to batch. [serial]
class TrainingStep {
 public:
  /// Loss of the batch x [B, features], and its gradient.
  double run(const Tensors& p, const at::Tensor& x, glia::RandomStream& random, const Tensors& g);

 private:
  void prepare(const Tensors& p, std::int64_t batch);
  void encode(const Tensors& p, const at::Tensor& x);
  void decode_backward(const Tensors& p, const Tensors& g);
  void encode_backward(const Tensors& p, const at::Tensor& x, const Tensors& g);

  SparseBatch sparse_;
  bool is_sparse_ = false;
  at::Tensor h_, mean_, log_variance_, noise_, z_, decoded_, logits_;
  at::Tensor dz_, dmean_, dlog_variance_, dhidden_;
};

}  // namespace vae
