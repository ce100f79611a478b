// SPDX-License-Identifier: MIT
#pragma once

#include "core/process.hpp"
#include "sweep/protocol.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace glia::sweep {

/// The host's end of one worker. [one thread]
class WorkerProcess {
 public:
  using Clock = std::chrono::steady_clock;

  /// Starts it, in `cwd`. Error (io) if that fails.
  WorkerProcess(int number, const std::string& cwd, const Greeting& greeting);

  int number() const { return number_; }
  pid_t pid() const { return process_.pid(); }
  const Process& process() const { return process_; }

  bool ready() const { return ready_; }
  bool busy() const { return job_.has_value(); }
  const Job& job() const { return *job_; }
  /// The one that it has just ended, or has.
  const Job& last_job() const { return last_job_; }
  Clock::time_point job_started() const { return started_; }
  Clock::time_point spawned() const { return spawned_; }
  bool spent() const { return spent_; }

  void give(const Job& job);
  void answer(bool go_on);
  /// Asks it to checkpoint and end.
  void stop();
  /// Ends it at once; `why` becomes the error of its trial.
  void kill(const std::string& why);
  const std::string& killed_because() const { return killed_because_; }
  /// The same where it is nobody's fault: the trial is simply run again.
  void lose(const std::string& why);
  bool lost() const { return lost_; }
  /// Lets it end; it gets no more jobs.
  void retire();
  bool stopping() const { return stopping_; }

  /// What it has said since; keeps its log. Reports that are no answers to its present job are left
  /// out.
  std::vector<Report> hear();
  /// Writes what is still to be sent.
  void send();
  bool sending() const { return !to_send_.empty(); }
  bool out_open() const { return out_open_; }
  bool err_open() const { return err_open_; }

  /// Nothing while it lives.
  std::optional<ProcessEnd> ended() { return process_.try_wait(); }

  /// Bytes of memory that it holds now; 0 if unknown.
  std::uint64_t memory() const;
  /// The last lines that it wrote since its job began, and how many bytes in all.
  std::string log_tail() const;
  std::uint64_t log_bytes() const { return log_bytes_; }

 private:
  void hear_log();

  int number_;
  Process process_;
  bool ready_ = false, spent_ = false, stopping_ = false;
  bool out_open_ = true, err_open_ = true, lost_ = false;
  std::optional<Job> job_;
  Job last_job_;
  Clock::time_point started_{}, spawned_ = Clock::now();
  std::string to_send_, heard_, log_, killed_because_;
  std::uint64_t log_bytes_ = 0;
};

}  // namespace glia::sweep
