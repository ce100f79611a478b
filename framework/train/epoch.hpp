// SPDX-License-Identifier: MIT
#pragma once

#include "train/samples.hpp"

#include <glia/sdk/permutation.hpp>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

namespace glia::train {

/// One pass over the training split: which samples each batch holds, and what keys its random
/// draws. [const, thread-safe]
class Epoch {
 public:
  /// Without an order the samples come as they stand.
  Epoch(std::int64_t number, std::int64_t samples, std::int64_t batch_size,
        std::optional<Permutation> order)
      : number_(number), samples_(samples), batch_size_(batch_size), order_(std::move(order)) {}

  /// From 0.
  std::int64_t number() const { return number_; }
  std::uint64_t batches() const { return batch_count(samples_, batch_size_); }
  std::uint64_t key(std::uint64_t batch) const { return batch_key(number_, batch); }

  std::vector<std::uint32_t> samples(std::uint64_t batch) const {
    if (order_) return samples_of(*order_, batch, batch_size_);
    const auto size = static_cast<std::uint64_t>(batch_size_), first = batch * size;
    std::vector<std::uint32_t> all(std::min(size, static_cast<std::uint64_t>(samples_) - first));
    std::iota(all.begin(), all.end(), static_cast<std::uint32_t>(first));
    return all;
  }

 private:
  std::int64_t number_, samples_, batch_size_;
  std::optional<Permutation> order_;
};

/// What a message of an epoch's graph stands for: batches first, ..., last - 1.
struct Batches {
  std::uint64_t first, last;
};

}  // namespace glia::train
