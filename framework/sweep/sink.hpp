// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/outcome.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace glia::sweep {

/// Where a scheduler leaves what it learns: the store, or files of a cluster's task. [one thread]
class Sink {
 public:
  virtual ~Sink() = default;

  /// A trial goes to a worker; returns the lease.
  virtual std::int64_t begin(std::size_t trial, std::int64_t pid) = 0;
  /// The trial's last attempt has ended.
  virtual void finish(const Outcome& outcome) = 0;
  /// An attempt has ended that is to be repeated.
  virtual void finish_attempt(const Outcome& outcome) = 0;
  /// Early stopping: whether a trial that has come to a rung is to go on, see `goes_on`. The answer
  /// is lasting before it is given: a trial that is killed and comes here again gets the same.
  virtual bool rung(std::size_t trial, std::int64_t epoch, double accuracy,
                    std::int64_t factor) = 0;
  /// Makes what was left lasting; called often. False if another process has taken over.
  virtual bool flush() = 0;
};

/// What somebody who watches is told. [one thread]
class Watcher {
 public:
  virtual ~Watcher() = default;

  /// A worker's state, in words ("trial 7: digit/train 12/150"); empty when it is gone.
  virtual void worker(int number, const std::string& doing) = 0;
  /// A trial has ended, or an attempt that is to be repeated (`again`).
  virtual void trial(const Outcome& outcome, bool again) = 0;
  /// Something worth a line.
  virtual void message(const std::string& text) = 0;
  /// Called several times a second.
  virtual void tick() = 0;
};

}  // namespace glia::sweep
