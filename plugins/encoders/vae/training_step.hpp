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
///
/// The work is cut by its size alone, so that its numbers are the same on any number of threads:
/// forward and backward go by shards of the batch, after that the gradients of the weights, sums
/// over the whole batch, by blocks of pixels. That way no gradient of a weight is added up from
/// shards, which would cost more memory traffic than the products.
class TrainingStep {
 public:
  /// Loss of the batch x [B, features], and its gradient; on the threads of the run.
  double run(const Tensors& p, const at::Tensor& x, glia::RandomStream& random, const Tensors& g);

 private:
  /// Samples first ... first + count - 1 of the batch.
  struct Shard {
    std::int64_t first = 0, count = 0;
    SparseRows pixels;
    double loss = 0;
  };

  void prepare(const Tensors& p, std::int64_t batch);
  void encode(const Tensors& p, const float* x, Shard& shard);
  void decode(const Tensors& p, const float* x, Shard& shard);
  void backward(const Tensors& p, const Shard& shard);
  void logits_gradient(const Tensors& g, std::int64_t block);
  void hidden_gradient(const float* x, const Tensors& g, std::int64_t block);
  void other_gradients(const Tensors& g, std::int64_t which);
  void bias_gradients(const Tensors& g);
  std::int64_t shard_number(const Shard& shard) const { return &shard - shards_.data(); }

  std::int64_t batch_ = 0, features_ = 0, hidden_ = 0, z_ = 0;
  std::vector<Shard> shards_;
  std::vector<SparseRows> block_samples_;        // of each block of pixels
  at::Tensor code_weight_, code_weight_t_;       // of mean and log-variance together, [2z, hidden]
  at::Tensor h_, decoded_, dhidden_, ddecoded_;  // [B, hidden]
  at::Tensor code_, dcode_;                      // [B, 2z]: mean, log-variance
  at::Tensor noise_, sample_, dsample_;          // [B, z]
  at::Tensor logits_;                            // [B, features]
  at::Tensor logits_sums_, decode_sums_, hidden_sums_;  // of gradients, by shard
};

/// Mean and log-variance [B, z] of the code of x [B, features], as a step works them out.
/// [thread-safe]
void encode(const Tensors& p, const at::Tensor& x, const at::Tensor& mean,
            const at::Tensor& log_variance);

}  // namespace vae
