// SPDX-License-Identifier: MIT
#pragma once

#include "graph/stages.hpp"
#include "train/environment.hpp"
#include "train/results.hpp"
#include "train/samples.hpp"

#include <glia/sdk/encoder.hpp>
#include <glia/sdk/parameters.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace glia::train {

/// An encoder with its parameters.
struct BuiltEncoder {
  std::shared_ptr<Encoder> encoder;
  std::shared_ptr<ParameterSet> parameters;
};

/// The encoder as it starts, or with the parameters of its `weights` file. Error (data) says what
/// that file lacks.
BuiltEncoder build_encoder(const Environment& environment, const config::EncoderNode& node,
                           const SampleSpec& in);

/// Trains the encoder on its own loss; `result` gets the curve. `after_epoch` (may be empty) is
/// called with the number of each epoch, from 0. True if an earlier run had done it all.
bool train_encoder(const Environment& environment, const graph::Stage& stage,
                   const config::EncoderNode& node, const LoadedData& data,
                   const BuiltEncoder& encoder, EncoderResult& result,
                   const std::function<void(std::int64_t)>& after_epoch = {});

/// A split, encoded once: the draw of each sample is left to whoever reads it.
struct EncodedSplit {
  at::Tensor mean;       ///< [N, z]; in joint training [epochs, N, z]
  at::Tensor deviation;  ///< the same, or undefined when the code is deterministic
  at::Tensor targets;    ///< [N] labels or [N, target_width] values
  bool sample = true;    ///< whether readers get draws, or the mean

  std::int64_t size() const { return targets.size(0); }
};

struct Encoded {
  EncodedSplit train, test;
  at::Tensor losses{};                          ///< of the encoder, [epochs]: joint training only
  std::map<std::string, at::Tensor> encoder{};  ///< as it was trained: joint training only
};

Encoded encode(const Environment& environment, const config::EncoderNode& node,
               const LoadedData& data, const Encoder& encoder);

/// The latent rows [B, z] of samples `indices`: a fresh draw mean + deviation * eps, or the mean.
/// `stream` names the draw ("latent/train"), `key` the message.
at::Tensor latent_rows(const Environment& environment, const EncodedSplit& split,
                       const at::Tensor& indices, const std::string& stream, std::uint64_t key);

}  // namespace glia::train
