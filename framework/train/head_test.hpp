// SPDX-License-Identifier: MIT
#pragma once

#include "results/measurement.hpp"

#include <glia/sdk/head.hpp>

#include <ATen/core/Tensor.h>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace glia::train {

/// Samples per message of a test. The draws are keyed by message, so the number is part of the
/// results.
inline constexpr std::int64_t test_batch = 512;

/// What the test of some samples found, summed over them.
struct HeadScore {
  double score = 0, loss = 0;
  std::int64_t lowest = std::numeric_limits<std::int64_t>::max(), highest = -1;  ///< classes given

  void add(const HeadScore& other) {
    score += other.score;
    loss += other.loss;
    lowest = std::min(lowest, other.lowest);
    highest = std::max(highest, other.highest);
  }

  results::Measurement over(std::int64_t samples) const {
    const auto n = static_cast<double>(samples);
    return {.accuracy = score / n, .loss = loss / n, .collapsed = lowest == highest};
  }
};

/// A head's own view of the rows [B, in] that a network left.
HeadScore score_head(const Head& head, const at::Tensor& rows, const at::Tensor& targets);

}  // namespace glia::train
