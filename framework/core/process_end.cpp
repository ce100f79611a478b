// SPDX-License-Identifier: MIT
#include "core/process_end.hpp"

#include <dlfcn.h>
#include <execinfo.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace glia {
namespace {

std::atomic<bool> expected{false};

/// The library that is at work: the first on the stack that is neither this one nor the system's.
/// Behind a signal this one may be it too: what is on top of the signal's frame is the handler.
const char* caller(bool signalled) {
  constexpr int most = 64;
  void* frames[most];
  const int count = ::backtrace(frames, most);
  Dl_info own{}, info{};
  ::dladdr(reinterpret_cast<void*>(&caller), &own);
  bool handler = true;
  for (int i = 0; i < count; ++i) {
    if (!::dladdr(frames[i], &info) || !info.dli_fname) continue;
    const std::string_view file = info.dli_fname;
    const std::string_view name = file.substr(file.find_last_of('/') + 1);
    const bool system = name.starts_with("libc.") || name.starts_with("libstdc++");
    if (system) handler = false;
    if (system || (file == own.dli_fname && (handler || !signalled))) continue;
    return info.dli_fname;
  }
  return nullptr;
}

/// The process is lost, so what is not safe in a handler can do no harm but to wait for ever: that
/// the alarm ends.
void on_crash(int number) {
  ::signal(SIGALRM, SIG_DFL);
  ::alarm(2);
  const char* library = caller(true);
  char text[512];
  const int length = std::snprintf(text, sizeof text, "glia: error: %s crashed (%s)\n",
                                   library ? library : "the program", ::sigabbrev_np(number));
  if (length > 0 &&
      ::write(2, text, std::min<std::size_t>(static_cast<std::size_t>(length), sizeof text - 1)) <
          0) {
    // there is nobody left to tell
  }
  ::raise(number);  // SA_RESETHAND has put back what it does by itself
}

constexpr std::array crashes{SIGSEGV, SIGFPE, SIGILL, SIGABRT};

void at_exit(int code, void*) {
  if (expected) return;
  const char* library = caller(false);
  std::fprintf(stderr,
               "glia: error: %s ended the program by exit(), in the middle of its work\n"
               "  hint: a plugin reports what is wrong by throwing glia::Error\n",
               library ? library : "a plugin");
  std::fflush(stderr);
  ::_exit(code == 0 ? 1 : code);
}

}  // namespace

void guard_exit() {
  ::on_exit(at_exit, nullptr);
  std::at_quick_exit([] { at_exit(0, nullptr); });
}

void guard_crashes() {
  void* frame = nullptr;
  ::backtrace(&frame, 1);  // loads what it needs now: a handler must not
  for (const int number : crashes) {
    struct sigaction before {};
    ::sigaction(number, nullptr, &before);
    if ((before.sa_flags & SA_SIGINFO) != 0 || before.sa_handler != SIG_DFL) continue;
    struct sigaction action {};
    action.sa_handler = on_crash;
    action.sa_flags = SA_ONSTACK | SA_RESETHAND;
    ::sigaction(number, &action, nullptr);
  }
}

void unguard_crashes() {
  for (const int number : crashes) {
    struct sigaction now {};
    ::sigaction(number, nullptr, &now);
    if (now.sa_handler == on_crash) ::signal(number, SIG_DFL);
  }
}

void unguard_exit() { expected = true; }

void end_process(int code) {
  expected = true;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  std::exit(code);
#else
  std::fflush(nullptr);
  ::_exit(code);
#endif
}

}  // namespace glia
