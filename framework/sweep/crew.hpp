// SPDX-License-Identifier: MIT
#pragma once

#include "core/process.hpp"
#include "sweep/protocol.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace glia::sweep {

/// One worker as the scheduler sees it: somebody who does one job at a time and may break down.
/// [one thread]
class Worker {
 public:
  using Clock = std::chrono::steady_clock;

  virtual ~Worker() = default;

  virtual int number() const = 0;  ///< its place in the crew, from 1
  virtual pid_t pid() const = 0;
  virtual bool ready() const = 0;  ///< has said that it can be given jobs
  /// Why it will not work for this sweep; empty if it does not say so.
  virtual const std::string& refused() const = 0;
  virtual bool busy() const = 0;
  /// Has said that it works at its job: what breaks it before that is not the job's fault.
  virtual bool begun() const = 0;
  virtual bool spent() const = 0;  ///< gets no more jobs
  /// The job that it has, or has just ended.
  virtual const Job& job() const = 0;
  virtual Clock::time_point job_started() const = 0;
  /// Time that nobody computed in, as everything was halted, does not count against its job.
  virtual void forgive(Clock::duration time) = 0;

  virtual void give(const Job& job) = 0;
  virtual void answer(bool go_on) = 0;
  /// Asks it to write a checkpoint and end.
  virtual void stop() = 0;
  virtual bool stopping() const = 0;
  /// Ends it at once; `why` becomes the error of its trial. With `lost` it is nobody's fault, and
  /// the trial is simply run again.
  virtual void kill(const std::string& why, bool lost = false) = 0;
  virtual const std::string& killed_because() const = 0;
  virtual bool lost() const = 0;
  /// Lets it end; it gets no more jobs.
  virtual void retire() = 0;

  /// What it has said since. Error if it does not speak our language.
  virtual std::vector<Report> hear() = 0;
  /// Its end; nothing while it lives.
  virtual std::optional<ProcessEnd> ended() = 0;

  virtual std::uint64_t memory() const = 0;  ///< bytes that it holds now; 0 if unknown
  virtual bool halted() const = 0;           ///< somebody has stopped it with a signal
  /// The last lines that it wrote since its job began, and how many bytes in all.
  virtual std::string log_tail() const = 0;
  virtual std::uint64_t log_bytes() const = 0;
};

/// Where workers come from, and the clock that they live by. [one thread]
class Crew {
 public:
  virtual ~Crew() = default;

  /// Error (io) if none can be started.
  virtual std::unique_ptr<Worker> start(int number) = 0;
  /// Until one of them has something to say, at most so long.
  virtual void wait(const std::vector<Worker*>& workers, std::chrono::milliseconds longest) = 0;
  virtual Worker::Clock::time_point now() const = 0;
};

}  // namespace glia::sweep
