// SPDX-License-Identifier: MIT
#include "sweep/worker_process.hpp"

#include "core/variable.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

namespace glia::sweep {
namespace {

constexpr std::size_t kept_log = 16 << 10;
constexpr std::size_t most_log_per_look = 256 << 10;  // a flood must not hold up the others

/// This program, or the one beside a test's.
std::string worker_program() {
  if (const std::string named = value_of(variables::program); !named.empty()) return named;
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (self.filename() == "glia") return "/proc/self/exe";  // also when it was replaced meanwhile
  return (self.parent_path() / "glia").string();
}

Command command_for(const std::string& cwd, std::vector<std::string> more = {}) {
  Command command;
  command.words = {worker_program(), "worker"};
  command.words.insert(command.words.end(), more.begin(), more.end());
  command.folder = cwd;
  command.in = Command::Stream::pipe;
  // Before the program starts: libraries read these when they are loaded.
  for (const char* name : {"OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"}) {
    command.environment.insert_or_assign(name, std::string("1"));
  }
  return command;
}

}  // namespace

WorkerProcess::WorkerProcess(int number, std::unique_ptr<Process> process, const Greeting& greeting)
    : number_(number),
      process_(std::move(process)),
      key_(greeting.key),
      to_send_(to_line(greeting)) {
  send();
}

void WorkerProcess::give(const Job& job) {
  job_ = job;
  busy_ = true;
  begun_ = false;
  started_ = Clock::now();
  log_.clear();
  log_bytes_ = 0;
  to_send_ += to_line(job);
  send();
}

void WorkerProcess::answer(bool go_on) {
  to_send_ += to_line(go_on);
  send();
}

void WorkerProcess::stop() {
  if (stopping_) return;  // a second signal would end it at once
  stopping_ = true;
  process_->signal(SIGTERM);
}

void WorkerProcess::kill(const std::string& why, bool lost) {
  if (!killed_because_.empty()) return;
  lost_ = lost;
  killed_because_ = why;
  process_->kill_group();
}

void WorkerProcess::retire() {
  spent_ = true;
  process_->close_in();
}

void WorkerProcess::send() {
  if (process_->in() < 0) to_send_.clear();
  while (!to_send_.empty()) {
    const ssize_t written = ::write(process_->in(), to_send_.data(), to_send_.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) return;
    if (written < 0) return to_send_.clear();  // it is gone; its end will be noticed
    to_send_.erase(0, static_cast<std::size_t>(written));
  }
}

void WorkerProcess::hear_log() {
  if (!err_open_) return;
  const std::size_t before = log_.size();
  err_open_ = read_available(process_->err(), log_, most_log_per_look);
  log_bytes_ += log_.size() - before;
  if (log_.size() > 2 * kept_log) log_.erase(0, log_.size() - kept_log);
}

std::vector<Report> WorkerProcess::hear() {
  send();
  hear_log();
  std::vector<Report> reports;
  if (out_open_) out_open_ = read_available(process_->out(), heard_);
  std::size_t begin = 0;
  for (auto end = heard_.find('\n', begin); end != std::string::npos;
       end = heard_.find('\n', begin)) {
    Report report = read_report(without_seal(heard_.substr(begin, end - begin), key_));
    begin = end + 1;
    if (report.kind == Report::Kind::ready) {
      ready_ = true;
      continue;
    }
    if (report.kind == Report::Kind::refuses) refused_ = report.outcome.error;
    if (!busy_ || report.lease != job_.lease) continue;
    begun_ = true;
    if (report.kind == Report::Kind::begins) {
      started_ = Clock::now();  // whatever held it up before was not this job
      continue;
    }
    if (report.kind == Report::Kind::trial_ends || report.kind == Report::Kind::share_ends) {
      hear_log();
      spent_ = spent_ || report.spent;
      busy_ = false;
    }
    reports.push_back(std::move(report));
  }
  heard_.erase(0, begin);
  return reports;
}

std::uint64_t WorkerProcess::memory() const {
  std::ifstream file(fmt::format("/proc/{}/statm", process_->pid()));
  std::uint64_t size = 0, resident = 0, shared = 0;
  if (!(file >> size >> resident >> shared)) return 0;
  // Mapped files are not the worker's own.
  return (resident - std::min(resident, shared)) *
         static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

bool WorkerProcess::halted() const {
  std::ifstream file(fmt::format("/proc/{}/stat", process_->pid()));
  std::string text;
  std::getline(file, text);
  const auto end = text.rfind(") ");
  return end != std::string::npos && end + 2 < text.size() && text[end + 2] == 'T';
}

void WorkerProcess::watch(std::vector<pollfd>& watched) const {
  watched.push_back({process_->ended(), POLLIN, 0});
  if (out_open_) watched.push_back({process_->out(), POLLIN, 0});
  if (err_open_) watched.push_back({process_->err(), POLLIN, 0});
  if (!to_send_.empty()) watched.push_back({process_->in(), POLLOUT, 0});
}

std::string WorkerProcess::log_tail() const {
  constexpr std::size_t most = 4096;
  std::string tail = log_.size() > most ? log_.substr(log_.size() - most) : log_;
  if (log_.size() > most) {
    if (const auto line = tail.find('\n'); line != std::string::npos) tail.erase(0, line + 1);
  }
  return tail;
}

ProcessCrew::ProcessCrew(std::string cwd, Greeting greeting)
    : cwd_(std::move(cwd)), greeting_(std::move(greeting)) {
  end_orphans_too();
  std::signal(SIGPIPE, SIG_IGN);  // a worker may be gone when it is given a job
}

std::unique_ptr<Process> ProcessCrew::process() {
  constexpr int most_barren = 2;  // one that was killed or halted is no reason to do without
  if (!nursery_ && barren_ < most_barren) {
    nursery_ = std::make_unique<Nursery>(command_for(cwd_, {"--copies"}));
  }
  if (nursery_) {
    auto copy = nursery_->copy();
    barren_ = copy ? 0 : barren_ + 1;
    if (copy) return copy;
    nursery_.reset();
  }
  return std::make_unique<Process>(command_for(cwd_));
}

std::unique_ptr<Worker> ProcessCrew::start(int number) {
  try {
    greeting_.place = number - 1;
    greeting_.key = new_mark({});
    return std::make_unique<WorkerProcess>(number, process(), greeting_);
  } catch (const std::system_error& e) {
    throw Error(ErrorCode::io, fmt::format("cannot start a worker: {}", e.what()));
  }
}

void ProcessCrew::wait(const std::vector<Worker*>& workers, std::chrono::milliseconds longest) {
  std::vector<pollfd> watched;
  // Those that it has started, and no others.
  for (const auto* worker : workers) static_cast<const WorkerProcess*>(worker)->watch(watched);
  ::poll(watched.data(), watched.size(), static_cast<int>(longest.count()));
}

}  // namespace glia::sweep
