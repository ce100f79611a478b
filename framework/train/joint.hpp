// SPDX-License-Identifier: MIT
#pragma once

#include "train/checkpoint.hpp"
#include "train/encoding.hpp"
#include "train/environment.hpp"

#include <cstdint>
#include <filesystem>

namespace glia::train {

// Joint training: an epoch of the encoder, then an epoch of every head on what the encoder is by
// then. Nothing flows back, so the encoder's path does not depend on the heads: it is walked first,
// once, leaving what it made of the data after every epoch, and each head follows at its own pace.

/// Trains the encoder and encodes the data after every epoch, into the file that is returned, a
/// file of latents [epochs, N, z] that ends with the trained encoder (see `map_latents`). Goes on
/// where an earlier run was stopped. The file is left to the caller, who may remove it.
std::filesystem::path train_jointly(const Environment& environment, const graph::Stage& stage,
                                    const config::EncoderNode& node, const LoadedData& data,
                                    const BuiltEncoder& encoder, results::EncoderResult& result);

/// What the encoder made of the data after the last epoch only, as `train_jointly` leaves it: for
/// heads that have been trained to their end.
Encoded last_epoch(const Environment& environment, const config::EncoderNode& node,
                   const LoadedData& data, const Encoder& encoder);

/// The encoder's own curve, as such a file holds it.
results::EncoderResult losses_of(const Encoded& all);

/// Sets the parameters to those that the encoder was left with, and writes them as the checkpoint
/// of a complete run. Without losses nothing was trained, and the parameters stay as they are.
void leave_encoder(const Checkpoint& checkpoint, const config::EncoderNode& node,
                   const ParameterSet& parameters, const Encoded& all);

/// Where `train_jointly` keeps its file.
std::filesystem::path epochs_file(const Environment& environment, const config::EncoderNode& node);

/// One epoch after the other of such latents, always in the same memory.
class EpochLatents {
 public:
  /// Starts with the last epoch. `all` must outlive the object.
  explicit EpochLatents(const Encoded& all);

  const Encoded& latents() const { return latents_; }

  /// From now on those of epoch `epoch` (from 0).
  void show(std::int64_t epoch);

 private:
  const Encoded& all_;
  Encoded latents_;
};

}  // namespace glia::train
