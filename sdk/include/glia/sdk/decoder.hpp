// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <ATen/core/Tensor.h>

namespace glia {

/// An encoder that can go back from latents to inputs derives from this too: `glia encoder` then draws
/// reconstructions, samples of the prior, and what each latent stands for.
class GLIA_API Decoder {
 public:
  virtual ~Decoder();

  /// latents [B, z], in the order in which `encode` gives them -> inputs [B, features]. [thread-safe]
  virtual at::Tensor decode(const at::Tensor& latents) const = 0;

  /// The deviation of each latent [z] before any input is seen, normal about 0: what samples are drawn
  /// from. Undefined: nothing is said of that. [thread-safe]
  virtual at::Tensor prior_deviation() const { return {}; }
};

}  // namespace glia
