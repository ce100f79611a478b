// SPDX-License-Identifier: MIT
// The parts of a training step that are no dense matrix product, each in one pass over memory. The
// best instruction set of the machine is chosen at run time (Highway).
#pragma once

#include <cstdint>
#include <vector>

namespace vae {

/// The pixels of a batch that are not zero, by sample and by pixel.
struct SparseBatch {
  std::vector<std::int32_t> first_pixel, pixels;    ///< of sample s: pixels[first_pixel[s]] ...
  std::vector<float> pixel_values;                  ///< of those
  std::vector<std::int32_t> first_sample, samples;  ///< of pixel k: samples[first_sample[k]] ...
  std::vector<float> sample_values;

  /// Reads x [batch, features]. Keeps its memory for the next batch.
  void read(const float* x, std::int64_t batch, std::int64_t features);
  double density(std::int64_t batch, std::int64_t features) const;
};

/// y [batch, out] = relu(bias + x weight), weight [features, out].
void sparse_forward(const SparseBatch& x, std::int64_t batch, std::int64_t out, const float* weight,
                    const float* bias, float* y);

/// gradient [features, out] = x^T dy, dy [batch, out].
void sparse_gradient(const SparseBatch& x, std::int64_t features, std::int64_t out, const float* dy,
                     float* gradient);

/// y = relu(y + bias) for rows y [batch, n].
void add_bias_relu(std::int64_t batch, std::int64_t n, const float* bias, float* y);

/// dy = 0 where y is 0, for a row y = relu(.); sums [n] = the sums of dy over the batch.
void relu_backward(std::int64_t batch, std::int64_t n, const float* y, float* dy, float* sums);

/// Binary cross-entropy of x [batch, n] under sigmoid(logits + bias), summed; the logits become its
/// gradient sigmoid(logits + bias) - x, and sums [n] that of the bias.
double cross_entropy(std::int64_t batch, std::int64_t n, const float* x, const float* bias,
                     float* logits, float* sums);

/// The code of n numbers: z = mean + exp(log_variance / 2) noise. Returns the KL divergence from
/// the standard normal, -1/2 sum(1 + v - m^2 - exp v).
double sample_code(std::int64_t n, const float* mean, const float* log_variance, const float* noise,
                   float* z);

/// From dz to the gradients of mean and log-variance, the KL divergence's own included.
void code_backward(std::int64_t n, const float* mean, const float* log_variance, const float* noise,
                   const float* dz, float* dmean, float* dlog_variance);

}  // namespace vae
