// SPDX-License-Identifier: MIT
#pragma once

#include "config/sweep_spec.hpp"
#include "sweep/crew.hpp"
#include "sweep/failure_records.hpp"
#include "sweep/limits.hpp"
#include "sweep/plan.hpp"
#include "sweep/protocol.hpp"
#include "sweep/retry_policy.hpp"
#include "sweep/sink.hpp"
#include "sweep/store.hpp"
#include "sweep/work_queue.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace glia::sweep {

struct SchedulerOptions {
  int workers = 1;
  std::chrono::milliseconds timeout{0};  ///< of one attempt; 0: none
  std::uint64_t memory = 0;              ///< bytes that a worker may use; 0: no limit
  RetryLimits retries;
  bool shared_only = false;  ///< compute what the trials share, and none of them
  std::optional<config::EarlyStopping> early_stopping;
  bool keep = false;  ///< leave the folders of trials that went well: the sink's to remove
  std::map<std::size_t, Past> past;      ///< attempts before this process, by trial
  std::string cwd;                       ///< of the workers
  std::filesystem::path folder;          ///< of the sweep: for checkpoints and failures
  Greeting greeting;                     ///< what workers are told first
  std::function<bool()> stop;            ///< asked between events
  std::vector<std::string> repeat_with;  ///< words that come before a trial's own settings
  /// Whether the result of a shared stage is in the cache.
  std::function<bool(const SharedStage&)> is_cached;
  /// Asked between events: trials that the plan, which the scheduler only looks at, has got since.
  std::function<std::vector<std::size_t>()> more = [] { return std::vector<std::size_t>{}; };
};

/// The loop of a sweep: hands work to a crew, hears what comes of it, and leaves it in the sink. A
/// worker that crashes, hangs, eats memory or floods its log costs its trial an attempt and nothing
/// else; `next_step` decides what follows. [one thread]
class Scheduler {
 public:
  enum class End { done, stopped, failed_fast, fenced };  ///< fenced: another process took over

  Scheduler(const Plan& plan, const std::vector<std::size_t>& trials, SchedulerOptions options,
            Crew& crew, Sink& sink, Watcher& watcher);
  ~Scheduler();

  /// Until every trial has ended or a stop was asked for; then all workers are gone. Error
  /// (internal) if workers cannot be started at all, (resume) if one refuses, as it is not what the
  /// sweep runs on; whatever the sink throws.
  End run();

 private:
  using Clock = Worker::Clock;

  std::size_t left() const;  ///< trials, or stages, that nobody works at
  std::size_t idle() const;  ///< workers, also those that are not ready yet
  std::size_t working() const;
  void assign();
  void take();
  int threads_for_next() const;
  void give(Worker& worker, Work work);
  void wait();
  void look_after(std::unique_ptr<Worker>& slot);
  void hear(Worker& worker);
  void heard(Worker& worker, const Report& report);
  void reached_rung(Worker& worker, const Report& report);
  void ended(Worker& worker, const ProcessEnd& end);
  void stage_ended(std::size_t stage, AttemptEnd end, const Outcome& outcome);
  void stage_failed(std::size_t stage, const Outcome& outcome);
  void trial_ended(AttemptEnd end, Outcome outcome);
  void settle(const Outcome& outcome);
  void check_limits();
  void begin_stop(const std::string& why);
  Outcome breakdown(const Worker& worker, const ProcessEnd& end) const;

  const Plan& plan_;
  SchedulerOptions options_;
  Crew& crew_;
  Sink& sink_;
  Watcher& watcher_;
  WorkQueue queue_;
  std::deque<Work> taken_;  ///< waits for a worker only
  Limits limits_;
  FailureRecords failures_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::map<std::size_t, int> attempts_;  ///< of a trial that have ended
  std::map<std::size_t, Tally> trials_, stages_;
  int failed_starts_ = 0;
  bool stopping_ = false, failed_fast_ = false;
  Clock::time_point stop_began_{}, last_flush_{}, last_check_{};
};

}  // namespace glia::sweep
