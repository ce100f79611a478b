// SPDX-License-Identifier: MIT
#include "sweep/scheduler.hpp"

#include "sweep/lease.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <system_error>
#include <utility>

namespace glia::sweep {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_wait = 200ms;
constexpr auto flush_interval = 100ms;
constexpr auto check_interval = 250ms;
constexpr auto host_halted = 2s;  // the loop looks up far more often than that
constexpr auto stop_grace = 60s;  // to write checkpoints in
constexpr const char* stop_message =
    "stopping: trials write their checkpoints and end, within 60 s; another Ctrl-C ends at once";
constexpr int most_failed_starts = 5;

/// Signals that do not come from what the process itself did.
bool from_outside(int signal) {
  return signal == SIGKILL || signal == SIGTERM || signal == SIGINT || signal == SIGHUP;
}

bool is_trial(const Job& job) { return job.kind == Job::Kind::trial; }

/// How an attempt ended whose worker has broken down.
AttemptEnd end_of(const Worker& worker, const ProcessEnd& end) {
  if (worker.lost() || !worker.begun()) return AttemptEnd::lost;
  if (!worker.killed_because().empty()) return AttemptEnd::crash;
  return from_outside(end.signal) || worker.stopping() ? AttemptEnd::lost : AttemptEnd::crash;
}

/// The same where its worker has reported.
AttemptEnd end_of(const Report& report, bool stopping) {
  switch (report.outcome.status) {
    case Status::ok:
    case Status::pruned:
      return AttemptEnd::done;
    case Status::interrupted:
      return AttemptEnd::interrupted;
    case Status::failed:
    case Status::pending:
    case Status::running:
      break;
  }
  // A worker that is spent has lost more than this attempt: its memory, say. One that is stopping
  // is spent anyway.
  return report.spent && !stopping ? AttemptEnd::crash : AttemptEnd::error;
}

}  // namespace

Scheduler::Scheduler(const Plan& plan, const std::vector<std::size_t>& trials,
                     SchedulerOptions options, Crew& crew, Sink& sink, Watcher& watcher)
    : plan_(plan),
      options_(std::move(options)),
      crew_(crew),
      sink_(sink),
      watcher_(watcher),
      queue_(plan, trials, options_.is_cached),
      limits_(options_.timeout, options_.memory),
      failures_(options_.folder, options_.cwd, options_.repeat_with) {
  workers_.resize(static_cast<std::size_t>(options_.workers));
  for (const auto& [trial, past] : options_.past) {
    attempts_[trial] = past.attempts;
    trials_[trial].crashes = past.crashes;
  }
}

Scheduler::~Scheduler() = default;

Scheduler::End Scheduler::run() {
  for (;;) {
    if (!stopping_ && options_.stop && options_.stop()) begin_stop(stop_message);
    if (!stopping_) {
      for (const std::size_t trial : options_.more()) queue_.add(trial);
      assign();
    }
    if (working() == 0 && (stopping_ || left() == 0)) break;
    wait();
    for (auto& slot : workers_) {
      if (slot) look_after(slot);
    }
    check_limits();
    watcher_.tick();
    if (crew_.now() - last_flush_ > flush_interval) {
      last_flush_ = crew_.now();
      if (!sink_.flush()) return End::fenced;
    }
  }
  sink_.flush();
  for (auto& slot : workers_) {
    if (slot) slot->kill("no more work");
    slot.reset();
  }
  return failed_fast_ ? End::failed_fast : stopping_ ? End::stopped : End::done;
}

std::size_t Scheduler::left() const {
  return taken_.size() + (options_.shared_only ? queue_.stages_left() : queue_.left());
}

std::size_t Scheduler::idle() const {
  return static_cast<std::size_t>(
      std::count_if(workers_.begin(), workers_.end(),
                    [](const auto& worker) { return worker && !worker->busy(); }));
}

std::size_t Scheduler::working() const {
  return static_cast<std::size_t>(
      std::count_if(workers_.begin(), workers_.end(),
                    [](const auto& worker) { return worker && worker->busy(); }));
}

/// As much work as workers could do now: what is less than that shares their cores.
void Scheduler::take() {
  while (taken_.size() + working() < workers_.size()) {
    const auto work = queue_.take(crew_.now());
    if (!work) return;
    if (work->share || !options_.shared_only) taken_.push_back(*work);
  }
}

/// A core for every worker, and those of workers that nothing is left for go to the others.
int Scheduler::threads_for_next() const {
  int cores = options_.workers;
  for (const auto& worker : workers_) {
    if (worker && worker->busy()) cores -= worker->job().threads;
  }
  return std::max(1, cores / static_cast<int>(taken_.size()));
}

void Scheduler::assign() {
  take();
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    auto& slot = workers_[i];
    if (slot && (!slot->ready() || slot->busy() || slot->spent())) continue;
    if (!slot) {
      if (idle() >= left()) continue;
      slot = crew_.start(static_cast<int>(i) + 1);
      continue;
    }
    if (taken_.empty()) return;
    give(*slot, taken_.front());
  }
}

void Scheduler::give(Worker& worker, Work work) {
  Job job;
  job.threads = threads_for_next();
  taken_.pop_front();
  job.kind = work.share ? Job::Kind::share : Job::Kind::trial;
  job.trial = work.share ? plan_.shared[work.number].trial : work.number;
  job.overrides = plan_.overrides(plan_.trials[job.trial]);
  if (work.share) {
    job.stage = plan_.shared[work.number].name;
    job.lease = lease_of_stage(work.number);
    job.folder = options_.folder / "shared" / std::to_string(work.number);
    watcher_.worker(worker.number(),
                    fmt::format("{} for {} trials", job.stage, plan_.shared[work.number].users));
  } else {
    job.lease = sink_.begin(job.trial, worker.pid());
    const auto& stages = plan_.trials[job.trial].stages;
    job.cache = std::any_of(stages.begin(), stages.end(),
                            [&](std::size_t s) { return plan_.shared[s].kept(); });
    job.folder = options_.folder / "trials" / std::to_string(job.trial);
    watcher_.worker(worker.number(), fmt::format("trial {}", job.trial));
  }
  worker.give(job);
}

void Scheduler::wait() {
  std::vector<Worker*> all;
  bool idle = false;
  for (const auto& worker : workers_) {
    if (!worker) continue;
    all.push_back(worker.get());
    idle = idle || (worker->ready() && !worker->busy());
  }
  std::chrono::milliseconds longest = longest_wait;
  if (const auto next = queue_.next_time(); next && idle && !stopping_) {
    const auto until = std::chrono::ceil<std::chrono::milliseconds>(*next - crew_.now());
    longest = std::clamp<std::chrono::milliseconds>(until, 1ms, longest_wait);
  }
  crew_.wait(all, longest);
}

void Scheduler::look_after(std::unique_ptr<Worker>& slot) {
  const auto end = slot->ended();  // before the last look at what it said, which then is everything
  hear(*slot);
  if (!end) return;
  ended(*slot, *end);
  watcher_.worker(slot->number(), "");
  limits_.forget(*slot);
  slot.reset();
}

void Scheduler::hear(Worker& worker) {
  std::vector<Report> reports;
  try {
    reports = worker.hear();
  } catch (const Error& e) {
    worker.kill(e.message());  // it does not speak our language
  }
  for (const auto& report : reports) heard(worker, report);
}

void Scheduler::heard(Worker& worker, const Report& report) {
  const Job& job = worker.job();
  switch (report.kind) {
    case Report::Kind::ready:
    case Report::Kind::refuses:
    case Report::Kind::begins:
      break;
    case Report::Kind::epoch:
    case Report::Kind::rung:
      watcher_.worker(
          worker.number(),
          fmt::format("{}{} {}/{}", is_trial(job) ? fmt::format("trial {}: ", job.trial) : "",
                      report.stage, report.epoch, report.epochs));
      if (report.kind == Report::Kind::rung) reached_rung(worker, report);
      break;
    case Report::Kind::share_ends:
      stage_ended(stage_of_lease(job.lease), report.busy ? AttemptEnd::busy : end_of(report, true),
                  report.outcome);
      break;
    case Report::Kind::trial_ends: {
      failed_starts_ = 0;
      watcher_.worker(worker.number(), "idle");
      Outcome outcome = report.outcome;
      outcome.pid = worker.pid();
      if (outcome.status == Status::failed) outcome.log = worker.log_tail();
      trial_ended(end_of(report, stopping_), std::move(outcome));
      break;
    }
  }
  if (!worker.busy() && limits_.outgrown(worker)) worker.retire();
}

void Scheduler::reached_rung(Worker& worker, const Report& report) {
  worker.answer(sink_.rung(worker.job().trial, report.epoch, report.accuracy,
                           options_.early_stopping->factor));
}

Outcome Scheduler::breakdown(const Worker& worker, const ProcessEnd& end) const {
  Outcome outcome;
  outcome.trial = worker.job().trial;
  outcome.lease = worker.job().lease;
  outcome.status = Status::failed;
  outcome.pid = worker.pid();
  outcome.seconds = std::chrono::duration<double>(crew_.now() - worker.job_started()).count();
  outcome.peak_memory = end.peak_memory;
  outcome.log = worker.log_tail();
  outcome.error = worker.killed_because();
  if (outcome.error.empty()) {
    const std::string text = end_text(end);
    if (end.signal) outcome.signal = text.substr(0, text.find(' '));
    outcome.error = "its worker ended by itself: " + text;
  }
  return outcome;
}

void Scheduler::ended(Worker& worker, const ProcessEnd& end) {
  if (!worker.ready() && !stopping_) {
    if (!worker.refused().empty()) throw Error(ErrorCode::resume, worker.refused());
    if (++failed_starts_ < most_failed_starts) return;
    throw Error(ErrorCode::internal, fmt::format("workers end before they are ready: {}\n{}",
                                                 end_text(end), worker.log_tail()));
  }
  if (!worker.busy()) return;
  const auto how = end_of(worker, end);
  const Outcome outcome = breakdown(worker, end);
  if (is_trial(worker.job())) return trial_ended(how, outcome);
  stage_ended(stage_of_lease(worker.job().lease), how, outcome);
}

void Scheduler::stage_ended(std::size_t stage, AttemptEnd end, const Outcome& outcome) {
  const auto next = next_step(end, stages_[stage], options_.retries, stopping_);
  stages_[stage] = next.tally;
  switch (next.kind) {
    case NextStep::Kind::finish:
      return queue_.stage_done(stage);
    case NextStep::Kind::retry:
    case NextStep::Kind::give_back:
      return queue_.stage_busy(stage, crew_.now() + next.wait);
    case NextStep::Kind::fail:
    case NextStep::Kind::stop:  // as the first of its trials will tell
      return stage_failed(stage, outcome);
  }
}

void Scheduler::stage_failed(std::size_t stage, const Outcome& outcome) {
  for (const std::size_t trial : queue_.stage_failed(stage)) {
    Outcome each = outcome;
    each.trial = trial;
    each.heads.clear();
    each.lease = sink_.begin(trial, outcome.pid);
    each.status = Status::failed;
    each.error = fmt::format("{}, which it shares with other trials, failed: {}",
                             plan_.shared[stage].name, outcome.error);
    trial_ended(AttemptEnd::error, std::move(each));
  }
}

void Scheduler::trial_ended(AttemptEnd end, Outcome outcome) {
  outcome.attempt = ++attempts_[outcome.trial];
  const auto next = next_step(end, trials_[outcome.trial], options_.retries, stopping_);
  trials_[outcome.trial] = next.tally;
  if (end == AttemptEnd::interrupted && !stopping_) {
    outcome.error = "its worker was told from outside to end" + outcome.error;
  }
  switch (next.kind) {
    case NextStep::Kind::finish:
      return settle(outcome);
    case NextStep::Kind::retry: {
      Outcome attempt = outcome;
      // No crash, also for whoever resumes.
      if (end != AttemptEnd::crash) attempt.status = Status::interrupted;
      sink_.finish_attempt(attempt);
      watcher_.trial(outcome, true);
      return queue_.put_back(outcome.trial, crew_.now() + next.wait);
    }
    case NextStep::Kind::give_back:
      outcome.status = Status::interrupted;
      return settle(outcome);
    case NextStep::Kind::fail:
    case NextStep::Kind::stop:
      if (end == AttemptEnd::interrupted) {
        outcome.error += fmt::format(", {} times", next.tally.losses);
      }
      outcome.status = Status::failed;
      outcome.command = failures_.command_to_repeat(plan_, outcome.trial);
      try {
        failures_.write(plan_, outcome);
      } catch (const std::exception& e) {
        watcher_.message(fmt::format("no record of the failure: {}", e.what()));
      }
      settle(outcome);
      if (next.kind == NextStep::Kind::fail) return;
      failed_fast_ = true;
      begin_stop("a trial failed; stopping");
  }
}

void Scheduler::settle(const Outcome& outcome) {
  sink_.finish(outcome);
  watcher_.trial(outcome, false);
  if (outcome.status == Status::interrupted) return;
  if (options_.keep && outcome.status == Status::ok) return;
  std::error_code ignored;
  std::filesystem::remove_all(options_.folder / "trials" / std::to_string(outcome.trial), ignored);
}

void Scheduler::check_limits() {
  const auto now = crew_.now();
  if (now - last_check_ < check_interval) return;
  const auto before = std::exchange(last_check_, now);
  const auto gap = before == Clock::time_point{} ? Clock::duration{} : now - before;
  if (gap > host_halted) limits_.forgive(gap);  // Ctrl-Z and fg: what the user stopped is no time
  for (const auto& worker : workers_) {
    if (!worker) continue;
    if (gap > host_halted) worker->forgive(gap);
    limits_.check(*worker, now, gap);
    const bool late = stopping_ && worker->busy() && now - stop_began_ > stop_grace;
    if (late) worker->kill("did not stop in time");
  }
}

void Scheduler::begin_stop(const std::string& why) {
  stopping_ = true;
  stop_began_ = crew_.now();
  watcher_.message(why);
  for (const auto& worker : workers_) {
    if (worker && worker->busy()) worker->stop();
  }
}

}  // namespace glia::sweep
