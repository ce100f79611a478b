// SPDX-License-Identifier: MIT
#pragma once

#include "results/results.hpp"

namespace glia::results {

/// What a test of a split found.
struct Measurement {
  double accuracy = unknown;  ///< mean score of the samples
  double loss = unknown;      ///< per sample
  bool collapsed = false;     ///< one answer to every sample
};

}  // namespace glia::results
