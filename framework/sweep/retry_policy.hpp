// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>

namespace glia::sweep {

/// How an attempt at a trial or at a shared stage ended, as far as it matters to what comes next.
enum class AttemptEnd {
  done,         ///< it has its result; a trial that early stopping has stopped has one too
  error,        ///< an error of its own: the same seed gives the same one
  crash,        ///< its worker broke down, or was killed for what it took
  lost,         ///< its worker was ended or halted from outside
  interrupted,  ///< its worker was told to end and has written a checkpoint
  busy          ///< somebody else is computing the same
};

/// Ends before this one that count.
struct Tally {
  int crashes = 0;
  int losses = 0;  ///< lost or interrupted
};

struct RetryLimits {
  std::int64_t crashes = 1;  ///< after which it is tried again
  std::int64_t losses = 20;
  bool fail_fast = false;  ///< the first failure ends the sweep
};

/// What happens next, and what is to be remembered for the next decision.
struct NextStep {
  enum class Kind {
    finish,     ///< the result counts
    retry,      ///< again, after `wait`
    fail,       ///< it has failed for good
    give_back,  ///< left as interrupted, for whoever resumes
    stop        ///< it has failed for good, and the whole sweep ends
  };

  Kind kind = Kind::finish;
  Tally tally{};
  std::chrono::milliseconds wait{0};  ///< at least, before it is tried again
};

/// A pure function of what it is given. `stopping`: the sweep is being ended.
NextStep next_step(AttemptEnd end, const Tally& before, const RetryLimits& limits, bool stopping);

}  // namespace glia::sweep
