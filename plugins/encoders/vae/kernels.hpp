// SPDX-License-Identifier: MIT
// The parts of a training step that are no dense matrix product, each in one pass over memory. The
// best instruction set of the machine is chosen at run time (Highway).
#pragma once

#include <cstdint>
#include <vector>

namespace vae {

/// The numbers of a matrix that are not zero, row by row: those of row i stand from i * capacity.
struct SparseRows {
  std::int64_t rows = 0, capacity = 0;
  std::vector<std::int32_t> count;  ///< of each row
  std::vector<std::int32_t> index;  ///< columns
  std::vector<float> value;
  std::vector<float> column;  ///< memory of read_pixels

  /// A row for each sample of x [samples, features], with those of its first `pixels` pixels. Keeps its
  /// memory.
  void read_samples(const float* x, std::int64_t samples, std::int64_t features,
                    std::int64_t pixels);

  /// A row for each of the first `pixels` pixels of x [samples, features], with its samples.
  void read_pixels(const float* x, std::int64_t samples, std::int64_t features,
                   std::int64_t pixels);

  /// Share of the numbers that are not zero.
  double density() const;

 private:
  void reserve(std::int64_t row_count, std::int64_t row_capacity);
};

/// y [samples, out] = relu(bias + x weight), weight [features, out], x by samples.
void sparse_forward(const SparseRows& x, std::int64_t out, const float* weight, const float* bias,
                    float* y);

/// product [rows of x, out] = x rows, rows [columns of x, out].
void sparse_product(const SparseRows& x, std::int64_t out, const float* rows, float* product);

/// sum [n] of `count` stretches of n numbers, `stride` apart.
void sum_pieces(std::int64_t count, std::int64_t stride, std::int64_t n, const float* pieces,
                float* sum);

/// y = relu(y + bias) for rows y [batch, n].
void add_bias_relu(std::int64_t batch, std::int64_t n, const float* bias, float* y);

/// dy = 0 where y is 0, for a row y = relu(.); sums [n] = the sums of dy over the batch.
void relu_backward(std::int64_t batch, std::int64_t n, const float* y, float* dy, float* sums);

/// Binary cross-entropy of x [batch, n] under sigmoid(logits + bias), summed; the logits become its
/// gradient sigmoid(logits + bias) - x, and sums [n] that of the bias. Rows of both are `stride` apart.
double cross_entropy(std::int64_t batch, std::int64_t n, std::int64_t stride, const float* x,
                     const float* bias, float* logits, float* sums);

/// The code of n numbers: z = mean + exp(log_variance / 2) noise. Returns the KL divergence from
/// the standard normal, -1/2 sum(1 + v - m^2 - exp v).
double sample_code(std::int64_t n, const float* mean, const float* log_variance, const float* noise,
                   float* z);

/// From dz to the gradients of mean and log-variance, the KL divergence's own included.
void code_backward(std::int64_t n, const float* mean, const float* log_variance, const float* noise,
                   const float* dz, float* dmean, float* dlog_variance);

}  // namespace vae
