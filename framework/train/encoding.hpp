// SPDX-License-Identifier: MIT
#pragma once

#include "results/results.hpp"
#include "train/environment.hpp"
#include "train/samples.hpp"

#include <glia/sdk/encoder.hpp>
#include <glia/sdk/parameters.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace glia::train {

/// An encoder with its parameters.
struct BuiltEncoder {
  std::shared_ptr<Encoder> encoder;
  std::shared_ptr<ParameterSet> parameters;
};

/// The encoder as it starts, or with the parameters of its `weights` file. Error (data) says what
/// that file lacks.
BuiltEncoder build_encoder(const config::EncoderNode& node, const SampleSpec& in);

/// A split, encoded once: the draw of each sample is left to whoever reads it.
struct EncodedSplit {
  at::Tensor mean;       ///< [N, z]; in joint training [epochs, N, z]
  at::Tensor deviation;  ///< the same, or undefined when the code is deterministic
  at::Tensor targets;    ///< [N] labels or [N, target_width] values
  bool sample = true;    ///< whether readers get draws, or the mean

  bool empty() const { return !targets.defined(); }
  std::int64_t size() const { return empty() ? 0 : targets.size(0); }
};

struct Encoded {
  EncodedSplit train, test;
  EncodedSplit validation{};                    ///< empty when no samples are kept for it
  at::Tensor losses{};                          ///< of the encoder, [epochs]: joint training only
  std::map<std::string, at::Tensor> encoder{};  ///< as it was trained: joint training only

  EncodedSplit& of(Split split);
  const EncodedSplit& of(Split split) const;
  /// The splits that there are.
  std::vector<Split> splits() const;
};

/// All splits; the training samples as they are, or as the data set augments them in an epoch.
Encoded encode(const Environment& environment, const config::EncoderNode& node,
               const LoadedData& data, const Encoder& encoder,
               std::optional<std::int64_t> epoch = {});

/// What an encoder makes of inputs [B, features], checked: mean and deviation alone, features in
/// the encoder's own order. [thread-safe]
EncodedSplit code_of(const Environment& environment, const config::EncoderNode& node,
                     const Encoder& encoder, const at::Tensor& inputs);

/// Puts feature places[i] at place i. [thread-safe]
void reorder(EncodedSplit& code, const at::Tensor& places);

/// The latent rows [B, z] of samples `indices`: a fresh draw mean + deviation * eps, or the mean.
/// `stream` names the draw ("latent/train"), `key` the message.
at::Tensor latent_rows(const Environment& environment, const EncodedSplit& split,
                       const at::Tensor& indices, const std::string& stream, std::uint64_t key);

}  // namespace glia::train
