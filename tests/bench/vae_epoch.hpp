// SPDX-License-Identifier: MIT
#pragma once

namespace bench {

/// Seconds of one epoch of the VAE on real pictures.
struct VaeSeconds {
  double engine = 0;    ///< as `glia run` trains it: pictures, step, Adam
  double peer = 0;      ///< the same loss through autograd and torch::optim::Adam
  double products = 0;  ///< the dense matrix products of the step alone
  const char* pictures = "";
};

VaeSeconds measure_vae(int batches);

}  // namespace bench
