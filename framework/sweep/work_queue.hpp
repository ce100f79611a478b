// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/plan.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace glia::sweep {

/// A trial to run, or a shared stage to compute for several.
struct Work {
  bool share = false;
  std::size_t number = 0;  ///< of the trial, or of the stage in `Plan::shared`
};

/// What is still to be done, and in which order: trials by number, each once what it shares with
/// others is there; a missing shared stage before the first trial that waits for it. [one thread]
class WorkQueue {
 public:
  using Clock = std::chrono::steady_clock;

  /// `is_there` says whether the result of a shared stage is in the cache.
  WorkQueue(const Plan& plan, const std::vector<std::size_t>& trials,
            std::function<bool(const SharedStage&)> is_there);

  /// A trial that the plan, which has grown, did not have before.
  void add(std::size_t trial);

  /// Takes the next piece of work; nothing if all that is left must wait.
  std::optional<Work> take(Clock::time_point now);
  /// When something that waits for its time can be taken; nothing if nothing does.
  std::optional<Clock::time_point> next_time() const;
  /// Pieces that could be taken now or are waiting, not counting what is under way.
  std::size_t left() const;

  /// Shared stages that are still to be computed, those under way among them.
  std::size_t stages_left() const;

  void put_back(std::size_t trial, Clock::time_point not_before);
  void stage_done(std::size_t stage);
  /// Somebody else is computing it: look again later.
  void stage_busy(std::size_t stage, Clock::time_point look_again);
  /// It cannot be computed; returns the trials that waited for it, which are out of the queue.
  std::vector<std::size_t> stage_failed(std::size_t stage);

 private:
  enum class State { unknown, there, under_way, busy, failed };

  std::optional<std::size_t> missing(std::size_t trial) const;

  const Plan& plan_;
  std::function<bool(const SharedStage&)> is_there_;
  std::vector<State> stages_;
  std::vector<std::size_t> users_;  ///< of each stage, among the trials of this queue
  std::set<std::size_t> ready_;
  std::map<std::size_t, std::vector<std::size_t>> waiting_;  ///< stage -> trials
  std::multimap<Clock::time_point, std::size_t> later_;      ///< trials
  std::map<std::size_t, Clock::time_point> busy_;            ///< stage -> when to look again
};

}  // namespace glia::sweep
