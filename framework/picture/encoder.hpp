// SPDX-License-Identifier: MIT
#pragma once

#include "apply/trained_run.hpp"
#include "report/svg.hpp"

#include <glia/sdk/decoder.hpp>
#include <glia/sdk/shape.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace glia::picture {

/// A drawing and its numbers.
struct Figure {
  std::string name;  ///< of its files
  report::Drawing drawing;
  std::string csv;
};

/// A trained encoder, and what it makes of samples.
struct EncoderView {
  std::string name;  ///< "encoder latent (vae)"
  std::string data;  ///< "digits, test split"
  Shape input{};     ///< how an input is drawn
  train::BuiltEncoder built{};
  const Decoder* decoder = nullptr;     ///< of `built`; null: its plugin cannot go back
  at::Tensor inputs{}, latents{};       ///< [n, features], [n, z]: means, as networks hear them
  std::vector<std::string> classes{};   ///< names; none where targets are values
  std::vector<std::int64_t> labels{};   ///< of each sample, where there are classes
  std::vector<std::uint32_t> places{};  ///< which feature of the encoder stands at each place
  bool reordered = false;               ///< `feature_order` is not the encoder's own

  std::int64_t size() const { return latents.size(0); }
  std::int64_t width() const { return latents.size(1); }
  /// Latents [B, z] in the order in which networks hear them -> inputs [B, features].
  at::Tensor decode(const at::Tensor& in_places) const;
  /// "latent 3", or with an order of its own "place 3: feature 17".
  std::string latent_name(std::size_t place) const;
};

/// Looks at the first samples of a split, `most` at most.
EncoderView view_of(const apply::TrainedRun& run, const config::EncoderNode& node, Split split,
                    std::int64_t most);

/// The latents along the two directions in which they vary most, coloured by class; CSV:
/// sample,class,pc1,pc2.
Figure latent_map(const EncoderView& view);

/// place,feature,mean,deviation: what stands where in the row that networks hear, over the samples.
std::string latents_csv(const EncoderView& view);
/// The line that it begins with.
inline constexpr const char* latents_csv_header = "place,feature,mean,deviation\n";

/// The first `count` inputs, and below them what the decoder makes of the mean of their code.
Figure reconstructions(const EncoderView& view, std::int64_t count);

/// What the decoder makes of `count` draws from the prior: draw k from stream k of `seed`.
Figure prior_samples(const EncoderView& view, std::int64_t count, std::uint64_t seed);

/// What the decoder makes of each latent, in the order in which networks hear them, moved from its
/// mean by so many deviations while the others stay at theirs; the first 64.
Figure latent_steps(const EncoderView& view);

}  // namespace glia::picture
