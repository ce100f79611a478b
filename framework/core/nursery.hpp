// SPDX-License-Identifier: MIT
#pragma once

#include "core/process.hpp"

#include <glia/sdk/export.hpp>

#include <array>
#include <chrono>
#include <memory>

namespace glia {

/// A process that has loaded the program and makes copies of itself: one is there in milliseconds,
/// where the program takes a third of a second to load, and shares with the others what the loader
/// has written. Only the program itself is in it, which has one thread then; a copy loads plugins
/// and computes. It is no more than a short cut: whoever gets no copy starts the program.
/// [one thread]
class GLIA_API Nursery {
 public:
  /// Starts the program, which is to call `make_copies`; words, folder and environment are those of
  /// the copies. Throws std::system_error if it cannot be started.
  explicit Nursery(const Command& command);

  /// A copy, its stdin, stdout and stderr pipes: a child of this process, which must have called
  /// `end_orphans_too`, as if it had started it. Null if there is none to be had: the nursery was
  /// killed or halted, has threads, or no process can be made; then it is of no more use.
  std::unique_ptr<Process> copy();

 private:
  pid_t answer(std::chrono::seconds longest);
  pid_t born(const std::array<int, 3>& streams);

  Process process_;
  bool ready_ = false;
};

/// What a nursery does: waits for whoever started it to ask for copies, until that has ended.
/// Returns in each copy, which has the streams that came with the request, a group of its own, and
/// signals as at the start of a program; never returns in the nursery itself. [main thread, the only
/// one]
GLIA_API void make_copies();

}  // namespace glia
