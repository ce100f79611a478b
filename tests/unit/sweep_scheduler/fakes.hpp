// SPDX-License-Identifier: MIT
// A crew without processes, whose clock stands still until it is asked to wait.
#pragma once

#include "sweep/crew.hpp"
#include "sweep/plan.hpp"
#include "sweep/sink.hpp"
#include "sweep/stopping.hpp"

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace fake {

using namespace glia::sweep;

/// What becomes of a job, when its time has come.
struct Fate {
  std::chrono::milliseconds takes{10};
  Status status = Status::ok;  ///< that is reported ...
  std::string head_json{};     ///< ... with these results of a head "digit", if any
  bool spent = false;          ///< ... by a worker that is no good any more
  bool busy = false;           ///< of a shared stage: somebody else computes it
  int signal = 0;              ///< or its worker is ended by this
  bool hangs = false;          ///< or nothing ever comes
  bool begins = true;          ///< whether it says that it has begun, before all that
  std::vector<std::pair<std::int64_t, double>> rungs{};  ///< epochs and accuracies on the way
};

class Crew;

class Worker final : public glia::sweep::Worker {
 public:
  Worker(Crew& crew, int number, pid_t pid) : crew_(crew), number_(number), pid_(pid) {}
  ~Worker() override;

  int number() const override { return number_; }
  pid_t pid() const override { return pid_; }
  bool ready() const override { return ready_; }
  bool busy() const override { return busy_; }
  bool begun() const override { return fate_.begins; }
  const std::string& refused() const override;
  bool spent() const override { return spent_; }
  const Job& job() const override { return job_; }
  Clock::time_point job_started() const override { return started_; }
  void forgive(Clock::duration time) override { started_ += time; }
  void give(const Job& job) override;
  void answer(bool go_on) override;
  void stop() override { stopping_ = true; }
  bool stopping() const override { return stopping_; }
  void kill(const std::string& why, bool lost) override {
    if (!why_.empty()) return;
    why_ = why;
    lost_ = lost;
  }
  const std::string& killed_because() const override { return why_; }
  bool lost() const override { return lost_; }
  void retire() override { spent_ = true; }
  std::vector<Report> hear() override;
  std::optional<glia::ProcessEnd> ended() override;
  std::uint64_t memory() const override;
  bool halted() const override;
  std::string log_tail() const override { return "last words\n"; }
  /// When it has something to say, if it ever has.
  std::optional<Clock::time_point> due() const {
    if (!ready_) return started_;
    return busy_ && !fate_.hangs ? std::optional(started_ + fate_.takes) : std::nullopt;
  }
  std::uint64_t log_bytes() const override;

 private:
  Report said(Report::Kind kind) const {
    Report report;
    report.kind = kind;
    report.lease = job_.lease;
    report.outcome.trial = job_.trial;
    report.outcome.lease = job_.lease;
    return report;
  }

  Crew& crew_;
  int number_;
  pid_t pid_;
  bool ready_ = false, busy_ = false, spent_ = false, stopping_ = false, lost_ = false;
  Job job_;
  Fate fate_;
  Clock::time_point started_{};
  std::string why_;
  bool asked_ = false;
  std::size_t rung_ = 0;
};

class Crew final : public glia::sweep::Crew {
 public:
  using Clock = glia::sweep::Worker::Clock;

  /// Says what becomes of a job; `attempt` counts from 1 for each trial or stage.
  std::function<Fate(const Job&, int attempt)> fate = [](const Job&, int) { return Fate{}; };
  std::function<std::uint64_t(const Job&)> memory = [](const Job&) { return std::uint64_t{0}; };
  std::function<std::uint64_t(const Job&)> log_bytes = [](const Job&) { return std::uint64_t{0}; };
  std::function<bool(const Job&)> halted = [](const Job&) { return false; };
  bool breaks_at_start = false;
  std::string refusal;  ///< why workers refuse to work
  bool leaps = false;   ///< waits go on to when the next worker has something to say
  /// Time that the scheduler's own work has taken, which its clock counts besides the waits.
  std::function<Clock::duration()> host_time = [] { return Clock::duration{0}; };

  // What has happened.
  std::vector<std::pair<std::string, Clock::duration>> given;  ///< "trial 3", and when
  std::vector<bool> answers;
  int started = 0, living = 0, most_busy = 0;

  std::unique_ptr<glia::sweep::Worker> start(int number) override {
    ++living;
    return std::make_unique<Worker>(*this, number, ++started);
  }
  void wait(const std::vector<glia::sweep::Worker*>& workers,
            std::chrono::milliseconds longest) override {
    int busy = 0;
    for (const auto* worker : workers) busy += worker->busy() ? 1 : 0;
    most_busy = std::max(most_busy, busy);
    host_ = host_time();
    now_ += std::min(longest, leaps ? next(workers) : std::chrono::milliseconds(10));
    if (now_ > Clock::time_point{} + std::chrono::hours(100)) throw std::logic_error("for ever");
  }
  Clock::time_point now() const override { return now_ + host_; }

  /// The names of what was given, in order.
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& [name, when] : given) all.push_back(name);
    return all;
  }

 private:
  friend class Worker;

  /// From now to the first worker that is due.
  std::chrono::milliseconds next(const std::vector<glia::sweep::Worker*>& workers) const {
    auto first = now() + std::chrono::hours(1);
    for (const auto* worker : workers) {
      if (const auto due = static_cast<const Worker*>(worker)->due()) first = std::min(first, *due);
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(first - now());
    return std::max(left, std::chrono::milliseconds(0));
  }

  Clock::time_point now_ = Clock::time_point{} + std::chrono::hours(1);
  Clock::duration host_{0};  ///< as it was at the last wait: asking takes time
  std::map<std::string, int> times_given_;
};

inline Worker::~Worker() { --crew_.living; }

inline const std::string& Worker::refused() const { return crew_.refusal; }

inline void Worker::give(const Job& job) {
  job_ = job;
  busy_ = true;
  started_ = crew_.now();
  const std::string name =
      job.kind == Job::Kind::trial ? "trial " + std::to_string(job.trial) : "stage " + job.stage;
  crew_.given.emplace_back(name, started_.time_since_epoch() - std::chrono::hours(1));
  fate_ = crew_.fate(job, ++crew_.times_given_[name]);
  asked_ = false;
  rung_ = 0;
}

inline void Worker::answer(bool go_on) {
  crew_.answers.push_back(go_on);
  asked_ = false;
  if (!go_on) fate_.status = Status::pruned;
}

inline std::vector<Report> Worker::hear() {
  ready_ = !crew_.breaks_at_start;
  if (!busy_ || !why_.empty() || fate_.hangs || crew_.now() - started_ < fate_.takes) return {};
  if (asked_) return {};  // until it is answered
  if (fate_.status == Status::ok && rung_ < fate_.rungs.size()) {
    Report report = said(Report::Kind::rung);
    std::tie(report.epoch, report.accuracy) = fate_.rungs[rung_++];
    asked_ = true;
    return {report};
  }
  if (fate_.signal != 0) return {};
  Report report =
      said(job_.kind == Job::Kind::trial ? Report::Kind::trial_ends : Report::Kind::share_ends);
  report.outcome.status = stopping_ ? Status::interrupted : fate_.status;
  if (report.outcome.status == Status::failed) report.outcome.error = "an error of its own";
  if (report.outcome.status == Status::ok && !fate_.head_json.empty()) {
    report.outcome.heads["digit"] = {.test_accuracy = 0.5, .test_loss = 1, .json = fate_.head_json};
  }
  report.outcome.seconds = std::chrono::duration<double>(crew_.now() - started_).count();
  report.spent = spent_ = spent_ || fate_.spent || stopping_;
  report.busy = fate_.busy;
  busy_ = false;
  return {report};
}

inline std::optional<glia::ProcessEnd> Worker::ended() {
  glia::ProcessEnd end;
  const bool dies = busy_ && fate_.signal != 0 && crew_.now() - started_ >= fate_.takes;
  if (crew_.breaks_at_start) {
    end.code = 1;
  } else if (!why_.empty()) {
    end.signal = SIGKILL;
  } else if (dies) {
    end.signal = fate_.signal;
  } else if (!(spent_ && !busy_)) {
    return std::nullopt;
  }
  return end;
}

inline std::uint64_t Worker::memory() const { return crew_.memory(job_); }
inline bool Worker::halted() const { return busy_ && crew_.halted(job_); }
inline std::uint64_t Worker::log_bytes() const { return busy_ ? crew_.log_bytes(job_) : 0; }

/// Keeps what a scheduler leaves.
class Sink final : public glia::sweep::Sink {
 public:
  std::vector<Outcome> ends, attempts;
  std::function<void(const Outcome&)> on_end = [](const Outcome&) {};
  std::map<std::int64_t, std::map<std::size_t, double>> rungs;
  std::int64_t leases = 0;
  bool fenced = false;

  std::int64_t begin(std::size_t, std::int64_t) override { return ++leases; }
  void finish(const Outcome& outcome) override {
    ends.push_back(outcome);
    on_end(outcome);
  }
  void finish_attempt(const Outcome& outcome) override { attempts.push_back(outcome); }
  bool rung(std::size_t trial, std::int64_t epoch, double accuracy, std::int64_t factor) override {
    rungs[epoch][trial] = accuracy;
    return goes_on(rungs[epoch], trial, factor);
  }
  bool flush() override { return !fenced; }

  const Outcome& end_of(std::size_t trial) const {
    for (const auto& outcome : ends) {
      if (outcome.trial == trial) return outcome;
    }
    throw std::logic_error("trial " + std::to_string(trial) + " has not ended");
  }
};

class Watcher final : public glia::sweep::Watcher {
 public:
  std::vector<std::string> messages;

  void worker(int, const std::string&) override {}
  void trial(const Outcome&, bool) override {}
  void message(const std::string& text) override { messages.push_back(text); }
  void tick() override {}
};

}  // namespace fake
