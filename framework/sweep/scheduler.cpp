// SPDX-License-Identifier: MIT
#include "sweep/scheduler.hpp"

#include "config/units.hpp"
#include "core/cache.hpp"
#include "core/files.hpp"
#include "sweep/shell_words.hpp"

#include <glia/sdk/error.hpp>

#include <poll.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <fstream>
#include <utility>

namespace glia::sweep {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_wait = 200ms;
constexpr auto flush_interval = 100ms;
constexpr auto check_interval = 250ms;
constexpr auto busy_interval = 500ms;  // until the next look at what another sweep computes
constexpr auto stop_grace = 60s;       // to write checkpoints in
constexpr auto halt_grace = 10s;       // a worker that somebody has stopped
constexpr auto longest_backoff = 60s;
constexpr std::uint64_t most_log = 64 << 20;  // bytes that one attempt may write
constexpr const char* stop_message =
    "stopping: trials write their checkpoints and end, within 60 s; another Ctrl-C ends at once";
constexpr int most_losses = 20;  // attempts that were ended from outside
constexpr int most_failed_starts = 5;

/// Signals that do not come from what the process itself did.
bool from_outside(int signal) {
  return signal == SIGKILL || signal == SIGTERM || signal == SIGINT || signal == SIGHUP;
}

std::chrono::milliseconds backoff(int attempts) {
  const auto wait = 1000ms * (1 << std::min(attempts - 1, 10));
  return std::min<std::chrono::milliseconds>(wait, longest_backoff);
}

/// Whether the process is halted by a signal.
bool halted(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  const auto end = text.rfind(") ");
  return end != std::string::npos && end + 2 < text.size() && text[end + 2] == 'T';
}

}  // namespace

Scheduler::Scheduler(const Plan& plan, const std::vector<std::size_t>& trials,
                     SchedulerOptions options, Sink& sink, Watcher& watcher)
    : plan_(plan),
      options_(std::move(options)),
      sink_(sink),
      watcher_(watcher),
      queue_(plan, trials, [cache = Cache(options_.greeting.cache)](const SharedStage& stage) {
        return cache.entry(stage.key).has_value();
      }) {
  workers_.resize(static_cast<std::size_t>(options_.workers));
  for (const auto& [trial, past] : options_.past) {
    attempts_[trial] = past.attempts;
    crashes_[trial] = past.crashes;
  }
  std::signal(SIGPIPE, SIG_IGN);  // a worker may be gone when it is given a job
}

Scheduler::~Scheduler() = default;

Scheduler::End Scheduler::run() {
  for (;;) {
    if (!stopping_ && options_.stop && options_.stop()) begin_stop(stop_message);
    if (!stopping_) assign();
    const bool busy = std::any_of(workers_.begin(), workers_.end(),
                                  [](const auto& worker) { return worker && worker->busy(); });
    if (!busy && (stopping_ || nothing_left())) break;
    wait();
    for (auto& slot : workers_) {
      if (slot) look_after(slot);
    }
    check_limits();
    watcher_.tick();
    if (Clock::now() - last_flush_ > flush_interval) {
      last_flush_ = Clock::now();
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

bool Scheduler::nothing_left() const {
  return options_.shared_only ? queue_.stages_left() == 0 : queue_.left() == 0;
}

void Scheduler::assign() {
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    auto& slot = workers_[i];
    if (slot && (!slot->ready() || slot->busy() || slot->spent())) continue;
    if (!slot) {
      if (nothing_left()) continue;
      slot = spawn(static_cast<int>(i) + 1);
      continue;
    }
    auto work = queue_.take(Clock::now());
    while (work && !work->share && options_.shared_only) work = queue_.take(Clock::now());
    if (!work) return;
    give(*slot, *work);
  }
}

std::unique_ptr<WorkerProcess> Scheduler::spawn(int number) {
  try {
    return std::make_unique<WorkerProcess>(number, options_.cwd, options_.greeting);
  } catch (const std::system_error& e) {
    throw Error(ErrorCode::io, std::string("cannot start a worker: ") + e.what());
  }
}

void Scheduler::give(WorkerProcess& worker, Work work) {
  Job job;
  job.kind = work.share ? Job::Kind::share : Job::Kind::trial;
  job.trial = work.share ? plan_.shared[work.number].trial : work.number;
  job.overrides = plan_.overrides(plan_.trials[job.trial]);
  if (work.share) {
    job.stage = plan_.shared[work.number].name;
    job.lease = -1 - static_cast<std::int64_t>(work.number);  // leases of trials are above 0
    job.folder = options_.folder / "shared" / std::to_string(work.number);
    watcher_.worker(
        worker.number(),
        job.stage + " for " + std::to_string(plan_.shared[work.number].users) + " trials");
  } else {
    job.lease = sink_.begin(job.trial, worker.pid());
    const auto& stages = plan_.trials[job.trial].stages;
    job.cache = std::any_of(stages.begin(), stages.end(),
                            [&](std::size_t s) { return plan_.shared[s].kept(); });
    job.folder = options_.folder / "trials" / std::to_string(job.trial);
    watcher_.worker(worker.number(), "trial " + std::to_string(job.trial));
  }
  worker.give(job);
}

void Scheduler::wait() {
  std::vector<pollfd> watched;
  for (const auto& worker : workers_) {
    if (!worker) continue;
    const Process& process = worker->process();
    watched.push_back({process.ended(), POLLIN, 0});
    if (worker->out_open()) watched.push_back({process.out(), POLLIN, 0});
    if (worker->err_open()) watched.push_back({process.err(), POLLIN, 0});
    if (worker->sending()) watched.push_back({process.in(), POLLOUT, 0});
  }
  auto longest = longest_wait;
  const bool idle = std::any_of(workers_.begin(), workers_.end(), [](const auto& worker) {
    return worker && worker->ready() && !worker->busy();
  });
  if (const auto next = queue_.next_time(); next && idle && !stopping_) {
    const auto until = std::chrono::ceil<std::chrono::milliseconds>(*next - Clock::now());
    longest = std::clamp<std::chrono::milliseconds>(until, 1ms, longest_wait);
  }
  ::poll(watched.data(), watched.size(), static_cast<int>(longest.count()));
}

void Scheduler::look_after(std::unique_ptr<WorkerProcess>& slot) {
  const auto end = slot->ended();  // before the last look at its pipes, which then hold everything
  slot->send();
  hear(*slot);
  if (!end) return;
  ended(*slot, *end);
  watcher_.worker(slot->number(), "");
  halted_.erase(slot->pid());
  slot.reset();
}

void Scheduler::hear(WorkerProcess& worker) {
  try {
    for (const auto& report : worker.hear()) heard(worker, report);
  } catch (const Error& e) {
    worker.kill(e.message());  // it does not speak our language
  }
}

void Scheduler::heard(WorkerProcess& worker, const Report& report) {
  const auto place = [&] {
    return (worker.last_job().kind == Job::Kind::trial
                ? "trial " + std::to_string(worker.last_job().trial) + ": "
                : std::string()) +
           report.stage + ' ' + std::to_string(report.epoch) + '/' + std::to_string(report.epochs);
  };
  switch (report.kind) {
    case Report::Kind::ready:
      break;
    case Report::Kind::epoch:
      watcher_.worker(worker.number(), place());
      break;
    case Report::Kind::rung: {
      watcher_.worker(worker.number(), place());
      const std::size_t trial = worker.last_job().trial;
      worker.answer(
          sink_.rung(trial, report.epoch, report.accuracy, options_.early_stopping->factor));
      break;
    }
    case Report::Kind::share_ends:
      share_ended(worker.last_job(), report);
      break;
    case Report::Kind::trial_ends: {
      failed_starts_ = 0;
      watcher_.worker(worker.number(), "idle");
      Outcome outcome = report.outcome;
      outcome.pid = worker.pid();
      const bool fatal = outcome.status == Status::failed && report.spent && !stopping_;
      if (outcome.status == Status::failed) outcome.log = worker.log_tail();
      trial_ended(std::move(outcome), fatal, false);
      break;
    }
  }
  // A worker that has grown is not given another trial.
  if (!worker.busy() && options_.memory > 0 && worker.memory() > options_.memory / 2) {
    worker.retire();
  }
}

void Scheduler::share_ended(const Job& job, const Report& report) {
  const auto stage = static_cast<std::size_t>(-1 - job.lease);
  const auto& outcome = report.outcome;
  if (outcome.status == Status::ok) return queue_.stage_done(stage);
  if (report.busy) return queue_.stage_busy(stage, Clock::now() + busy_interval);
  if (outcome.status == Status::interrupted &&  // its worker was told from outside to end
      (stopping_ || ++share_losses_[stage] <= most_losses)) {
    return queue_.stage_busy(stage, Clock::now() + busy_interval);
  }
  share_broke(stage, outcome);
}

void Scheduler::share_broke(std::size_t stage, const Outcome& outcome) {
  for (const std::size_t trial : queue_.stage_failed(stage)) {
    Outcome each = outcome;
    each.trial = trial;
    each.heads.clear();
    each.lease = sink_.begin(trial, outcome.pid);
    each.status = Status::failed;
    each.error =
        plan_.shared[stage].name + ", which it shares with other trials, failed: " + outcome.error;
    trial_ended(std::move(each), false, false);
  }
}

Outcome Scheduler::crash(const WorkerProcess& worker, const ProcessEnd& end) const {
  Outcome outcome;
  outcome.trial = worker.job().trial;
  outcome.lease = worker.job().lease;
  outcome.status = Status::failed;
  outcome.pid = worker.pid();
  outcome.seconds = std::chrono::duration<double>(Clock::now() - worker.job_started()).count();
  outcome.peak_memory = end.peak_memory;
  outcome.log = worker.log_tail();
  if (!worker.killed_because().empty()) {
    outcome.error = worker.killed_because();
  } else {
    if (end.signal) outcome.signal = end_text(end).substr(0, end_text(end).find(' '));
    outcome.error = "its worker ended by itself: " + end_text(end);
  }
  return outcome;
}

void Scheduler::ended(WorkerProcess& worker, const ProcessEnd& end) {
  if (!worker.ready() && !stopping_) {
    if (++failed_starts_ < most_failed_starts) return;
    throw Error(ErrorCode::internal,
                "workers end before they are ready: " + end_text(end) + "\n" + worker.log_tail());
  }
  if (!worker.busy()) return;
  const Outcome outcome = crash(worker, end);
  const bool lost = (worker.killed_because().empty() && from_outside(end.signal)) ||
                    worker.lost() || (worker.killed_because().empty() && worker.stopping());
  if (worker.job().kind == Job::Kind::trial) return trial_ended(outcome, true, lost);
  const auto stage = static_cast<std::size_t>(-1 - worker.job().lease);
  const int count = lost ? ++share_losses_[stage] : ++share_crashes_[stage];
  if (stopping_ || count <= (lost ? most_losses : options_.retries)) {
    return queue_.stage_busy(stage, Clock::now() + (lost ? 100ms : backoff(count)));
  }
  share_broke(stage, outcome);
}

void Scheduler::trial_ended(Outcome outcome, bool may_repeat, bool lost) {
  outcome.attempt = ++attempts_[outcome.trial];
  const bool crashed = may_repeat && outcome.status == Status::failed;
  if (stopping_ && crashed) {
    outcome.status = Status::interrupted;  // it did not end in time
    may_repeat = false;
  }
  if (outcome.status == Status::interrupted && !stopping_) {
    may_repeat = lost = true;
    outcome.error = "its worker was told from outside to end";
  }
  if (may_repeat && (crashed || lost) && !stopping_) {
    int& count = lost ? ++losses_[outcome.trial] : ++crashes_[outcome.trial];
    if (count <= (lost ? most_losses : options_.retries)) {
      Outcome attempt = outcome;
      if (lost) attempt.status = Status::interrupted;  // no crash, also for whoever resumes
      sink_.finish_attempt(attempt);
      watcher_.trial(outcome, true);
      return queue_.put_back(outcome.trial, Clock::now() + (lost ? 100ms : backoff(count)));
    }
    if (outcome.status == Status::interrupted) {
      outcome.status = Status::failed;
      outcome.error += ", " + std::to_string(count) + " times";
    }
  }
  if (outcome.status == Status::failed) outcome.command = command_to_repeat(outcome.trial);
  if (outcome.status == Status::failed) write_failure(outcome);
  sink_.finish(outcome);
  watcher_.trial(outcome, false);
  if (outcome.status != Status::interrupted) {
    std::error_code ignored;
    std::filesystem::remove_all(options_.folder / "trials" / std::to_string(outcome.trial),
                                ignored);
  }
  if (outcome.status == Status::failed && options_.fail_fast && !stopping_) {
    failed_fast_ = true;
    begin_stop("a trial failed; stopping");
  }
}

void Scheduler::check_limits() {
  const auto now = Clock::now();
  if (now - last_check_ < check_interval) return;
  last_check_ = now;
  for (const auto& worker : workers_) {
    if (!worker || (worker->ready() && !worker->busy())) continue;
    if (!halted(worker->pid())) {
      halted_.erase(worker->pid());
    } else if (now - halted_.try_emplace(worker->pid(), now).first->second > halt_grace) {
      worker->lose("its worker was halted from outside");
    }
    if (!worker->busy()) continue;
    const auto spent = now - worker->job_started();
    if (options_.timeout.count() > 0 && spent > options_.timeout) {
      worker->kill("took longer than the time limit of " +
                   std::to_string(options_.timeout.count() / 1000) + " s");
    }
    if (options_.memory > 0) {
      if (const auto used = worker->memory(); used > options_.memory) {
        worker->kill("used " + config::bytes_text(used) + " of memory, more than the limit of " +
                     config::bytes_text(options_.memory));
      }
    }
    if (worker->log_bytes() > most_log) {
      worker->kill("wrote more than " + config::bytes_text(most_log) + " to its log");
    }
    if (stopping_ && now - stop_began_ > stop_grace) worker->kill("did not stop in time");
  }
}

void Scheduler::begin_stop(const std::string& why) {
  stopping_ = true;
  stop_began_ = Clock::now();
  watcher_.message(why);
  for (const auto& worker : workers_) {
    if (worker && worker->busy()) worker->stop();
  }
}

std::string Scheduler::command_to_repeat(std::size_t trial) const {
  std::vector<std::string> words = options_.repeat_with;
  for (auto& word : plan_.overrides(plan_.trials[trial])) words.push_back(std::move(word));
  return "cd " + shell_words({options_.cwd}) + " && " + shell_words(words);
}

void Scheduler::write_failure(const Outcome& outcome) const {
  const auto& trial = plan_.trials[outcome.trial];
  std::string text = "trial    " + std::to_string(outcome.trial) + '\n' + "seed     " +
                     std::to_string(trial.seed) + '\n';
  for (const auto& setting : plan_.overrides(trial)) text += "setting  " + setting + '\n';
  text += "error    " + outcome.error + '\n';
  if (!outcome.signal.empty()) text += "signal   " + outcome.signal + '\n';
  text += "attempts " + std::to_string(outcome.attempt) + '\n' + "memory   " +
          config::bytes_text(outcome.peak_memory) + " at most\n" + "repeat   " + outcome.command +
          '\n';
  if (!outcome.log.empty()) text += "\nlast lines of its log:\n" + outcome.log;
  try {
    std::filesystem::create_directories(options_.folder / "failures");
    write_file(options_.folder / "failures" / (std::to_string(outcome.trial) + ".txt"), text);
  } catch (const std::exception& e) {
    watcher_.message(std::string("no record of the failure: ") + e.what());
  }
}

}  // namespace glia::sweep
