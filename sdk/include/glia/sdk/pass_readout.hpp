// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstdint>
#include <vector>

namespace glia {

/// How a row of several states is read, each by the same neurons.
struct PassReading {
  std::int64_t classes = 0;    ///< neurons
  std::vector<double> shares;  ///< of the states, first to last, in the loss; their sum is 1
};

/// A head that reads a row of states side by side, as a network in time with readout "every" leaves it,
/// derives from this too: the engine trains it then, and it can be exported. Its parameters must be
/// `weight` [classes, cells of a state] and `bias` [classes], no others; `forward` must give the sum
/// over the states of share times log-softmax(weight state + bias), and `loss` its negative log-
/// likelihood.
class GLIA_API PassReadout {
 public:
  virtual ~PassReadout();

  /// [thread-safe]
  virtual PassReading reading() const = 0;
};

}  // namespace glia
