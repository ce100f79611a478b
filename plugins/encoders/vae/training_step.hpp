// SPDX-License-Identifier: MIT
#pragma once

#include "kernels.hpp"

#include <glia/sdk/gradient_parts.hpp>
#include <glia/sdk/random.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
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
/// The work is cut by its size alone, so that its numbers are the same on any number of threads. What
/// reads or changes the large weights, which are those between pixels and hidden neurons, goes by pieces of
/// the pixels: whoever reads a weight on the way forward finds its gradient too and steps along it, so that
/// it need not travel between the caches of several cores. What lies between goes by shards of the batch;
/// sums over the pieces are added in their order.
class TrainingStep {
 public:
  /// Loss of the batch x [B, features], and its gradient; on the threads of the run. Tells `listener`, if
  /// there is one (GradientByParts), and reads no parameter after that.
  double run(const Tensors& p, const at::Tensor& x, glia::RandomStream& random, const Tensors& g,
             glia::GradientListener* listener);

 private:
  /// Some samples of the batch.
  struct Shard {
    std::int64_t first = 0, count = 0;
    double loss = 0;
  };
  /// Some pixels.
  struct Piece {
    std::int64_t first = 0, count = 0;
    std::vector<SparseRows> heard;  // of each part of the batch (heard_samples)
    double loss = 0;
  };

  void prepare(const Tensors& p, std::int64_t batch);
  /// What no pixel is needed for: the weights of the code as one, and the noise.
  void prepare_code(const Tensors& p, glia::RandomStream& random);
  /// The four passes over the batch, in their order; the first goes by parts of the batch, too.
  void hear_pixels(const Tensors& p, const float* x, Piece& piece, std::int64_t part);
  void code(const Tensors& p, Shard& shard);
  void reconstruct(const Tensors& p, const float* x, const Tensors& g, Piece& piece);
  void backward(const Tensors& p, const Shard& shard);
  /// What the pieces of the pixels add to rows [B, hidden]; and those of a shard, summed, in `out`.
  float* part_of(const Piece& piece) const;
  void sum_parts(const Shard& shard, const at::Tensor& out) const;
  /// Gradients of a part of the parameters, told as they are found.
  using Tell = std::function<void(const float*, std::int64_t)>;
  void logits_gradient(const Tensors& g, std::int64_t block, const Tell& tell);
  void hidden_gradient(const float* x, const Tensors& g, std::int64_t block, const Tell& tell);
  void other_gradients(const Tensors& g, std::int64_t which, const Tell& tell);
  void bias_gradients(const Tensors& g);
  std::int64_t shard_number(const Shard& shard) const { return &shard - shards_.data(); }

  std::int64_t batch_ = 0, features_ = 0, hidden_ = 0, z_ = 0;
  std::vector<Shard> shards_;
  std::vector<Piece> pieces_;
  std::vector<SparseRows> block_samples_;        // of each block of pixels
  at::Tensor code_weight_, code_weight_t_;       // of mean and log-variance together, [2z, hidden]
  at::Tensor parts_;                             // [pieces, B, hidden]
  at::Tensor h_, decoded_, dhidden_, ddecoded_;  // [B, hidden]
  at::Tensor code_, dcode_;                      // [B, 2z]: mean, log-variance
  at::Tensor noise_, sample_, dsample_;          // [B, z]
  at::Tensor logits_;                            // [B, features]
  at::Tensor decode_sums_, hidden_sums_;         // of gradients, by shard
};

/// Mean and log-variance [B, z] of the code of x [B, features], as a step works them out.
/// [thread-safe]
void encode(const Tensors& p, const at::Tensor& x, const at::Tensor& mean,
            const at::Tensor& log_variance);

}  // namespace vae
