// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <memory>
#include <string>
#include <vector>

namespace glia {

/// What every piece of code in a process shares and may change for all others: the current folder,
/// rounding and denormal mode, locale (of C and of C++), environment, file mode mask, blocked signals
/// and what signals do, interval timers, resource limits, and the descriptors 0 to 2. Taken once, and
/// put back after somebody else's code ran, so that it cannot change the next one's numbers.
/// [one thread]
class GLIA_API ProcessState {
 public:
  /// As it is now.
  ProcessState();
  ~ProcessState();
  ProcessState(const ProcessState&) = delete;
  ProcessState& operator=(const ProcessState&) = delete;

  /// Puts back what has changed, and names it: "the rounding or denormal mode", "the current
  /// folder".
  std::vector<std::string> restore() const;

  /// What was left behind that cannot be put back, as nobody knows whose it is: "a thread", "a timer".
  /// A process that has such guests should not be used for anything else.
  std::vector<std::string> left_behind() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// Whether the calling thread computes as a program does at its start: rounding to nearest,
/// denormal numbers kept, no traps. Takes some nanoseconds.
GLIA_API bool default_float_mode();

/// Makes it so.
GLIA_API void restore_float_mode();

}  // namespace glia
