// SPDX-License-Identifier: MIT
#pragma once

#include "results/results.hpp"
#include "train/head_path.hpp"

namespace glia::train {

/// What every row of a head's path carries and what comes back to it, over the first test samples
/// (1,024 at most, the same in every epoch). Row 0 is the latent row; one more for each step.
///
/// Draws from streams of its own, so that a recorded run gives the numbers of one that is not.
class RowRecorder {
 public:
  explicit RowRecorder(HeadPath path);

  /// Of the parameters as they are now. [one thread]
  results::RowEpoch record(std::int64_t epoch) const;
  /// The rows themselves, [N, cells], with what left each; joined to autograd.
  std::vector<std::pair<std::string, at::Tensor>> rows() const;
  /// Names and widths of the rows.
  const std::vector<results::RowName>& names() const { return names_; }

 private:
  HeadPath path_;
  at::Tensor chosen_, targets_;  // samples that are looked at
  std::vector<results::RowName> names_;
};

}  // namespace glia::train
