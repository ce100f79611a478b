// SPDX-License-Identifier: MIT
#pragma once

#include "config/sweep_spec.hpp"
#include "sweep/plan.hpp"
#include "sweep/protocol.hpp"
#include "sweep/sink.hpp"
#include "sweep/store.hpp"
#include "sweep/work_queue.hpp"
#include "sweep/worker_process.hpp"

#include <glia/sdk/export.hpp>

#include <chrono>
#include <cstdint>
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
  std::int64_t retries = 1;              ///< after crashes
  bool fail_fast = false;                ///< stop at the first trial that fails
  bool shared_only = false;              ///< compute what the trials share, and none of them
  std::optional<config::EarlyStopping> early_stopping;
  std::map<std::size_t, Past> past;      ///< attempts before this process, by trial
  std::string cwd;                       ///< of the workers
  std::filesystem::path folder;          ///< of the sweep: for checkpoints and failures
  Greeting greeting;                     ///< what workers are told first
  std::function<bool()> stop;            ///< asked between events
  std::vector<std::string> repeat_with;  ///< words that come before a trial's own settings
};

/// Runs trials in a pool of worker processes. A worker that crashes, hangs, eats memory or floods
/// its log costs its trial an attempt and nothing else.
class GLIA_API Scheduler {
 public:
  enum class End { done, stopped, failed_fast, fenced };  ///< fenced: another process took over

  Scheduler(const Plan& plan, const std::vector<std::size_t>& trials, SchedulerOptions options,
            Sink& sink, Watcher& watcher);
  ~Scheduler();

  /// Until every trial has ended or a stop was asked for; then all workers are gone. Error
  /// (internal) if workers cannot be started at all; whatever the sink throws.
  End run();

 private:
  using Clock = std::chrono::steady_clock;

  bool nothing_left() const;
  void assign();
  std::unique_ptr<WorkerProcess> spawn(int number);
  void give(WorkerProcess& worker, Work work);
  void wait();
  void look_after(std::unique_ptr<WorkerProcess>& slot);
  void hear(WorkerProcess& worker);
  void heard(WorkerProcess& worker, const Report& report);
  void ended(WorkerProcess& worker, const ProcessEnd& end);
  void share_ended(const Job& job, const Report& report);
  void share_broke(std::size_t stage, const Outcome& outcome);
  void trial_ended(Outcome outcome, bool may_repeat, bool lost);
  void check_limits();
  void begin_stop(const std::string& why);
  Outcome crash(const WorkerProcess& worker, const ProcessEnd& end) const;
  std::string command_to_repeat(std::size_t trial) const;
  void write_failure(const Outcome& outcome) const;

  const Plan& plan_;
  SchedulerOptions options_;
  Sink& sink_;
  Watcher& watcher_;
  WorkQueue queue_;
  std::vector<std::unique_ptr<WorkerProcess>> workers_;
  std::map<std::size_t, int> attempts_;          ///< of a trial that have ended
  std::map<std::size_t, int> crashes_, losses_;  ///< how many of them went so
  std::map<std::size_t, int> share_crashes_;     ///< the same of a shared stage
  std::map<std::size_t, int> share_losses_;
  int failed_starts_ = 0;
  bool stopping_ = false, failed_fast_ = false;
  Clock::time_point stop_began_{}, last_flush_{}, last_check_{};
  std::map<pid_t, Clock::time_point>
      halted_;  ///< workers found stopped by a signal, and since when
};

}  // namespace glia::sweep
