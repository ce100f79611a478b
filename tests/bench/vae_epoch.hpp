// SPDX-License-Identifier: MIT
#pragma once

namespace bench {

/// Seconds that the three large products of a VAE's layer take, 128 x 784 x 400, forward, to its
/// inputs and to its weights.
struct ProductRates {
  double multiply_adds = 0;  ///< of the three
  double openblas = 0;       ///< LibTorch's BLAS, as it found the processor
  double onednn = 0;
  bool vae_uses_onednn = false;  ///< else OpenBLAS
};

ProductRates measure_products();

/// Seconds of one epoch of the VAE on real pictures.
struct VaeSeconds {
  double engine = 0;       ///< as `glia run` trains it: pictures, step, Adam
  double two_threads = 0;  ///< the same on two threads
  double peer = 0;         ///< the same loss through autograd and torch::optim::Adam
  double products = 0;     ///< the step's dense products alone, at the best rate
  const char* pictures = "";
};

VaeSeconds measure_vae(int batches, const ProductRates& rates);

}  // namespace bench
