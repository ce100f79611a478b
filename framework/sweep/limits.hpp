// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/crew.hpp"

#include <chrono>
#include <cstdint>
#include <map>

namespace glia::sweep {

/// What a worker may take. [one thread]
class Limits {
 public:
  using Clock = Worker::Clock;

  /// Time of one attempt and bytes of memory; 0: no limit.
  Limits(std::chrono::milliseconds timeout, std::uint64_t memory)
      : timeout_(timeout), memory_(memory) {}

  /// Kills the worker if it is beyond a limit or was halted for too long; while it is halted, the
  /// time since the last check does not count against its job.
  void check(Worker& worker, Clock::time_point now, Clock::duration since_last);
  /// Time in which the host itself was halted, which counts against nobody.
  void forgive(Clock::duration time);
  /// The worker is gone.
  void forget(const Worker& worker) { halted_.erase(worker.pid()); }
  /// Whether it has grown so much that it should not be given another job.
  bool outgrown(const Worker& worker) const;

 private:
  std::chrono::milliseconds timeout_;
  std::uint64_t memory_;
  std::map<pid_t, Clock::time_point> halted_;  ///< found halted, and since when
};

}  // namespace glia::sweep
