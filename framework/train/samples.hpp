// SPDX-License-Identifier: MIT
#pragma once

#include "graph/augmentation.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/permutation.hpp>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace glia::train {

/// An opened data set, with the samples that are kept for validation taken out of its training
/// part.
struct LoadedData {
  std::string id;  ///< of the node
  std::shared_ptr<Dataset> dataset;
  SampleSpec spec;
  /// Samples of the plugin's training part, ascending; both empty when none are kept for
  /// validation.
  std::vector<std::int64_t> train{}, validation{};
  /// What is done to training samples; null: nothing.
  std::shared_ptr<const graph::Augmenter> augmenter{};

  std::int64_t size(Split split) const;
};

/// Takes samples for validation out of the training part: a share of them (below 1) or a number,
/// drawn by a permutation that is keyed by `seed` and the data set's id alone, so that it is the
/// same in every run and trial. Error (configuration) if none would be left to train on.
void keep_for_validation(LoadedData& data, double share_or_count, std::uint64_t seed);

/// Samples `indices` [B] (int64) as inputs [B, features] (float32) and targets: labels [B] (int64)
/// or values [B, target_width]. [thread-safe]
struct Batch {
  at::Tensor inputs;
  at::Tensor targets;
};
Batch read_batch(const LoadedData& data, Split split, const at::Tensor& indices);

/// Calls use(batch) for the samples of a split, some at a time and in their order, until it returns
/// false. False where that would take too long: they have more than `most_numbers` inputs.
bool read_all(const LoadedData& data, Split split, std::int64_t most_numbers,
              const std::function<bool(const Batch&)>& use);

/// Changes the inputs of a batch of training samples as the data set augments them in this epoch
/// (from 0). [thread-safe]
void augment(const LoadedData& data, const at::Tensor& indices, std::uint64_t seed,
             std::int64_t epoch, Batch& batch);

/// The order in which epoch `epoch` visits the n training samples: the same for every head that
/// trains on this data set, so that networks are compared on the same batches.
Permutation epoch_order(std::uint64_t seed, const std::string& dataset, std::int64_t epoch,
                        std::int64_t n);

/// Batches of an epoch; the last one may be smaller.
inline std::uint64_t batch_count(std::int64_t samples, std::int64_t batch_size) {
  return static_cast<std::uint64_t>(samples / batch_size + (samples % batch_size > 0 ? 1 : 0));
}

/// Samples number * batch_size, ... of `order`, as numbers or as indices [B] (int64).
std::vector<std::uint32_t> samples_of(const Permutation& order, std::uint64_t number,
                                      std::int64_t batch_size);
at::Tensor indices_of(const std::vector<std::uint32_t>& samples);

/// Samples number * batch_size, ... of `order` [n] (int64).
at::Tensor batch_of(const at::Tensor& order, std::uint64_t number, std::int64_t batch_size);

/// Numbers a batch over all epochs: the message key of its random streams.
inline std::uint64_t batch_key(std::int64_t epoch, std::uint64_t number) {
  return (static_cast<std::uint64_t>(epoch) << 32) | number;
}
/// The epoch of such a key.
inline std::int64_t epoch_of(std::uint64_t key) { return static_cast<std::int64_t>(key >> 32); }

}  // namespace glia::train
