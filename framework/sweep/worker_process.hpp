// SPDX-License-Identifier: MIT
#pragma once

#include "core/nursery.hpp"
#include "core/process.hpp"
#include "sweep/crew.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace glia::sweep {

/// A worker that is a process of its own: this program as `glia worker`. [one thread]
class WorkerProcess final : public Worker {
 public:
  /// Greets it.
  WorkerProcess(int number, std::unique_ptr<Process> process, const Greeting& greeting);

  int number() const override { return number_; }
  pid_t pid() const override { return process_->pid(); }
  bool ready() const override { return ready_; }
  const std::string& refused() const override { return refused_; }
  bool busy() const override { return busy_; }
  bool begun() const override { return begun_; }
  bool spent() const override { return spent_; }
  const Job& job() const override { return job_; }
  Clock::time_point job_started() const override { return started_; }

  void give(const Job& job) override;
  void answer(bool go_on) override;
  void stop() override;
  bool stopping() const override { return stopping_; }
  void kill(const std::string& why, bool lost) override;
  const std::string& killed_because() const override { return killed_because_; }
  bool lost() const override { return lost_; }
  void retire() override;

  /// Keeps its log, too. Reports that are no answers to its present job are left out.
  std::vector<Report> hear() override;
  std::optional<ProcessEnd> ended() override { return process_->try_wait(); }
  void forgive(Clock::duration time) override {
    started_ = std::min(started_ + time, Clock::now());
  }

  std::uint64_t memory() const override;
  bool halted() const override;
  std::string log_tail() const override;
  std::uint64_t log_bytes() const override { return log_bytes_; }

  /// Adds what a poll should watch for it.
  void watch(std::vector<pollfd>& watched) const;

 private:
  void send();
  void hear_log();

  int number_;
  std::unique_ptr<Process> process_;
  bool ready_ = false, busy_ = false, begun_ = false, spent_ = false, stopping_ = false,
       lost_ = false;
  bool out_open_ = true, err_open_ = true;
  Job job_;
  Clock::time_point started_{};
  std::string key_, to_send_, heard_, log_, killed_because_, refused_;
  std::uint64_t log_bytes_ = 0;
};

/// Workers that are processes on this machine: copies of one that has loaded the program.
class ProcessCrew final : public Crew {
 public:
  /// `cwd` is where they run, `greeting` what they are told first.
  ProcessCrew(std::string cwd, Greeting greeting);

  std::unique_ptr<Worker> start(int number) override;
  void wait(const std::vector<Worker*>& workers, std::chrono::milliseconds longest) override;
  Worker::Clock::time_point now() const override { return Worker::Clock::now(); }

 private:
  /// Throws std::system_error if there is none to be had.
  std::unique_ptr<Process> process();

  std::string cwd_;
  Greeting greeting_;
  std::unique_ptr<Nursery> nursery_;
  int barren_ = 0;  ///< nurseries in a row that gave no copy
};

}  // namespace glia::sweep
