// SPDX-License-Identifier: MIT
// Samples that are trained on and measured as well: what is measured says little of new ones.
#pragma once

#include "train/encoding.hpp"
#include "train/samples.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace glia::train {

/// Samples by their inputs, of which it keeps a hash of 64 bits each.
class KnownSamples {
 public:
  void add(const at::Tensor& inputs);                  ///< [B, width] (float32)
  std::int64_t count(const at::Tensor& inputs) const;  ///< how many of these were added
  /// Those that are among these inputs as well: a look at each, where adding each takes longer.
  KnownSamples also_in(const at::Tensor& inputs) const;

  /// Those of a split; nothing where they hold more than `most_numbers`, which would take too long.
  static std::optional<KnownSamples> of(const LoadedData& data, Split split,
                                        std::int64_t most_numbers);
  std::optional<std::int64_t> count(const LoadedData& data, Split split,
                                    std::int64_t most_numbers) const;

  /// Whether nearly all that were added differ: samples of a few discrete numbers come again by
  /// nature.
  bool differ() const;

 private:
  std::unordered_set<std::size_t> hashes_;
  std::int64_t added_ = 0;
};

/// Warns if a tenth or more of the samples that are kept for validation or test are training samples
/// too, where these differ: by what a deterministic encoder makes of them.
void warn_of_overlap(const Encoded& encoded, const std::string& dataset);

/// The same of data that is open and not encoded yet, as sentences; of splits of some ten million
/// numbers or more nothing is said.
std::vector<std::string> overlaps(const LoadedData& data);

}  // namespace glia::train
