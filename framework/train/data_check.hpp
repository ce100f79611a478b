// SPDX-License-Identifier: MIT
#pragma once

#include "train/encoding.hpp"
#include "train/samples.hpp"

#include <glia/sdk/encoder.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace glia::train {

/// What lies between the least and the greatest of some numbers, and the first that is not finite.
struct Extent {
  float low = 0, high = 0;
  std::optional<std::size_t> not_finite{};
};
Extent extent_of(std::span<const float> numbers);

/// Whether the data set of this id has a parameter `divide_by`.
bool divisible(const Environment& environment, const std::string& dataset);

/// Checks a batch where it enters, so that loops may trust it: finite inputs and values, labels
/// from 0 to classes - 1, and inputs within what `encoder` says that it takes. Error (data) names
/// data set, split, sample and number, and what to do. [thread-safe]
void check_batch(const LoadedData& data, Split split, const at::Tensor& indices, const Batch& batch,
                 const Encoder& encoder, bool divisible);

/// Checks a batch of training samples that was augmented, likewise. [thread-safe]
void check_augmented(const LoadedData& data, const at::Tensor& indices, const Batch& batch,
                     const Encoder& encoder);

/// Checks what an encoder made of `batch` samples: [batch, width] float32, both tensors alike.
/// Error (internal) says what an encoder has to give.
void check_code(const Latent& code, std::int64_t batch, std::int64_t width);

/// What latents have to be.
struct LatentForm {
  const SampleSpec& data;
  std::int64_t width = 0;  ///< of a row
  bool joint = false;      ///< one row per epoch and sample
};

/// Checks latents that come from a file: types, shapes, finite numbers, and labels within those of
/// the data set. Error (data) names what is wrong; `file` what it is in.
void check_latents(const Encoded& encoded, const LatentForm& form, const std::string& file);

}  // namespace glia::train
