// SPDX-License-Identifier: MIT
#include "core/interrupt.hpp"

#include "core/signal_stack.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

namespace glia {
namespace {

std::atomic<int> stop{0};
std::atomic<bool> repeats_end{true};
static_assert(std::atomic<int>::is_always_lock_free, "used in a signal handler");

void on_signal(int signal) {
  int none = 0;
  const bool repeated = !stop.compare_exchange_strong(none, signal);
  if (repeated && repeats_end && (signal == SIGINT || signal == SIGTERM)) ::_exit(128 + signal);
}

/// The kernel looks at the hard limit first: where both are equal it kills.
void leave_time_to_stop() {
  rlimit time{};
  if (::getrlimit(RLIMIT_CPU, &time) != 0 || time.rlim_max == RLIM_INFINITY) return;
  const rlim_t grace = std::clamp<rlim_t>(time.rlim_max / 10, 1, 30);
  if (time.rlim_max <= grace || time.rlim_cur <= time.rlim_max - grace) return;
  time.rlim_cur = time.rlim_max - grace;
  ::setrlimit(RLIMIT_CPU, &time);
}

bool at_terminal() { return ::isatty(0) || ::isatty(1) || ::isatty(2); }

}  // namespace

void install_stop_signals(OnRepeat on_repeat) {
  repeats_end = on_repeat == OnRepeat::end;
  handle_signals_apart();  // the kernel gives the main thread what is sent to the process
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  leave_time_to_stop();
  for (const int signal : stop_signals) {
    struct sigaction inherited {};
    ::sigaction(signal, nullptr, &inherited);
    if (inherited.sa_handler == SIG_IGN) continue;  // as nohup has it, or a shell's background job
    if (signal == SIGHUP && !at_terminal()) {
      ::signal(SIGHUP, SIG_IGN);  // no terminal of ours hangs up: nohup was meant (`nohup timeout`)
      continue;
    }
    ::sigaction(signal, &action, nullptr);
  }
}

bool stop_requested() { return stop_signal() != 0; }

int stop_signal() { return stop.load(std::memory_order_relaxed); }

std::string stop_reason() {
  return stop_signal() == SIGXCPU ? " (the limit of processor time is reached: ulimit -t)" : "";
}

}  // namespace glia
