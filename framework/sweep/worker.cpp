// SPDX-License-Identifier: MIT
#include "sweep/worker.hpp"

#include "core/interrupt.hpp"
#include "core/log.hpp"
#include "core/output.hpp"
#include "core/process.hpp"
#include "core/process_state.hpp"
#include "graph/flow_graph.hpp"
#include "plugin/registry.hpp"
#include "sweep/build_parts.hpp"
#include "sweep/trial_run.hpp"
#include "train/torch_state.hpp"
#include "wave/backend.hpp"

#include <glia/sdk/error.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <string>
#include <vector>

namespace glia::sweep {
namespace {

constexpr int stop_interval = 100;  // ms between looks at the stop flag while idle

/// The pipes to the host.
class Host {
 public:
  Host() {
    // What a plugin prints must not get between our lines: it goes where the log goes. What it reads
    // from standard input are no jobs, but nothing. Numbers that nobody comes upon by counting.
    out_ = apart(output_descriptor());
    in_ = apart(0);
    ::dup2(2, 1);
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing >= 0) {
      if (in_ != 0) ::dup2(nothing, 0);
      ::close(nothing);
    }
  }

  void seal_with(const std::string& key) { key_ = key; }

  void say(const std::string& text) {
    const std::string line = with_seal(text, key_);
    for (std::size_t done = 0; done < line.size();) {
      const ssize_t written = ::write(out_, line.data() + done, line.size() - done);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0 && errno == EBADF) {
        log().error("a plugin has closed the worker's line to its host");
        log().flush();
      }
      if (written < 0) ::_exit(1);  // otherwise the host is gone
      done += static_cast<std::size_t>(written);
    }
  }

  /// The next line; nothing at the end, or when a stop is asked for and `stoppable`.
  std::optional<std::string> hear(bool stoppable) {
    for (;;) {
      if (const auto end = text_.find('\n'); end != std::string::npos) {
        std::string line = text_.substr(0, end);
        text_.erase(0, end + 1);
        return line;
      }
      if (stoppable && stop_requested()) return std::nullopt;
      pollfd ready{in_, POLLIN, 0};
      if (::poll(&ready, 1, stop_interval) <= 0) continue;
      char buffer[1 << 14];
      const ssize_t got = ::read(in_, buffer, sizeof buffer);
      if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (got <= 0) return std::nullopt;
      text_.append(buffer, static_cast<std::size_t>(got));
    }
  }

 private:
  static int apart(int stream) {
    for (const int lowest : {421, 90, 10}) {  // as far up as the limit of open files allows
      if (const int fd = ::fcntl(stream, F_DUPFD_CLOEXEC, lowest); fd >= 0) return fd;
    }
    return stream;
  }

  int out_, in_;
  std::string text_, key_;
};

/// What a trial shares with the next one, and must not change for it.
class CommonState {
 public:
  void restore(const char* whose) const {
    for (const auto& changed : {process_.restore(), torch_.restore()}) {
      for (const auto& what : changed) {
        log().warn("{} changed {}; it is put back", whose, what);
      }
    }
  }
  /// A plugin may have processes of its own from when it was loaded on; those of a trial end with it.
  void end_processes(const char* whose) const {
    for (const auto& process : end_strangers(children_)) {
      log().warn("{} left {} behind; it is ended", whose, process);
    }
  }
  bool has_guests() const {
    const auto guests = process_.left_behind();
    for (const auto& guest : guests) {
      log().warn("this trial left {} behind; the next one gets another worker", guest);
    }
    return !guests.empty();
  }

 private:
  ProcessState process_;
  train::TorchState torch_;
  std::vector<pid_t> children_ = child_processes();
};

/// Threads of ours are gone afterwards: those that are still there then are the trial's own.
Report run_with_threads(TrialRunner& runner, const Job& job) {
  const graph::ThreadBudget budget(job.threads);
  Report report = runner.run(job);
  graph::end_threads();
  return report;
}

}  // namespace

int run_worker() {
  adopt_orphans();    // what a plugin starts does not outlive its trial
  end_with_parent();  // nor does a trial outlive its sweep
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  // Slurm signals all processes of a task, and then the host signals us. It kills whom it must.
  install_stop_signals(OnRepeat::ignore);
  set_terminal_log_level(LogLevel::info);  // the host keeps the last lines
  Host host;
  const auto first = host.hear(true);
  if (!first) return 0;
  Greeting greeting = read_greeting(*first);
  host.seal_with(greeting.key);
  wave::prefer_gpu(static_cast<unsigned>(greeting.place));
  const auto& catalog = plugin::load_plugins(greeting.plugin_path);
  try {
    require_parts(greeting.parts, catalog);
  } catch (const Error& e) {
    Report refusal;
    refusal.kind = Report::Kind::refuses;
    refusal.outcome.error = e.what();
    host.say(to_line(refusal));
    return 0;
  }
  TrialRunner runner(
      std::move(greeting), catalog, [&](const Report& report) { host.say(to_line(report)); },
      [&](const Report& report) {
        host.say(to_line(report));
        const auto answer = host.hear(true);
        return !answer || read_go_on(*answer);  // a stop is another matter
      });
  host.say(to_line(Report{}));
  const CommonState state;
  while (const auto line = host.hear(true)) {
    const Job job = read_job(*line);
    state.restore("a trial before this one");  // since it ended
    state.end_processes("a trial before this one");
    Report begins;
    begins.kind = Report::Kind::begins;
    begins.lease = job.lease;
    host.say(to_line(begins));
    Report report = run_with_threads(runner, job);
    state.restore("this trial");
    state.end_processes("this trial");
    report.spent = report.spent || state.has_guests();
    host.say(to_line(report));
    if (report.spent) break;
  }
  return 0;
}

}  // namespace glia::sweep
