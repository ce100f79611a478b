// SPDX-License-Identifier: MIT
#pragma once

#include "train/encoding.hpp"

#include <cstdint>

namespace glia::train {

/// The code of training samples that the data set augments: read, changed and encoded anew in every
/// epoch, where all others are encoded once. [const, thread-safe]
class AugmentedCode {
 public:
  /// All arguments must outlive the object; the encoder has been trained.
  AugmentedCode(const Environment& environment, const config::EncoderNode& node,
                const LoadedData& data, const Encoder& encoder);

  /// Samples `indices` [B] as a split of B samples, in that order. Error (data) if augmentation
  /// leads out of what the encoder takes.
  EncodedSplit rows(const at::Tensor& indices, std::int64_t epoch) const;

 private:
  const Environment& environment_;
  const config::EncoderNode& node_;
  const LoadedData& data_;
  const Encoder& encoder_;
  at::Tensor places_;  // of features; undefined: as they come
};

}  // namespace glia::train
