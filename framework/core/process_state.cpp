// SPDX-License-Identifier: MIT
#include "core/process_state.hpp"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cfenv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <locale>
#include <map>
#include <system_error>

extern char** environ;

namespace glia {
namespace {

constexpr int last_signal = 31;
constexpr std::array limits{RLIMIT_AS,     RLIMIT_CORE,  RLIMIT_CPU,   RLIMIT_DATA,   RLIMIT_FSIZE,
                            RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_STACK, RLIMIT_MEMLOCK};

std::map<std::string, std::string> variables() {
  std::map<std::string, std::string> all;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string text = *entry;
    const auto equals = text.find('=');
    if (equals != std::string::npos) all[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return all;
}

bool same_file(int a, int b) {
  struct stat one {
  }, other{};
  return ::fstat(a, &one) == 0 && ::fstat(b, &other) == 0 && one.st_dev == other.st_dev &&
         one.st_ino == other.st_ino;
}

std::ptrdiff_t threads_now() {
  std::error_code error;
  const std::filesystem::directory_iterator tasks("/proc/self/task", error);
  return error ? 0 : std::distance(begin(tasks), end(tasks));
}

/// Those of timer_create; kernels without this file count as none.
std::ptrdiff_t timers_now() {
  std::ifstream file("/proc/self/timers");
  std::ptrdiff_t count = 0;
  for (std::string line; std::getline(file, line);) count += line.starts_with("ID:") ? 1 : 0;
  return count;
}

mode_t mask_now() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return mask;
}

}  // namespace

struct ProcessState::Parts {
  int folder = ::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  std::fenv_t floats{};
  std::string locale;
  std::locale streams_locale;
  std::ptrdiff_t threads = threads_now(), timers = timers_now();
  std::map<std::string, std::string> environment = variables();
  mode_t mask = mask_now();
  sigset_t blocked{};
  std::array<struct sigaction, last_signal + 1> actions{};
  std::array<rlimit, limits.size()> resources{};
  std::array<int, 3> streams{};

  Parts() {
    std::fegetenv(&floats);
    if (const char* name = ::setlocale(LC_ALL, nullptr)) locale = name;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    for (int s = 1; s <= last_signal; ++s)
      ::sigaction(s, nullptr, &actions[static_cast<std::size_t>(s)]);
    for (std::size_t i = 0; i < limits.size(); ++i) ::getrlimit(limits[i], &resources[i]);
    for (std::size_t i = 0; i < streams.size(); ++i) {
      streams[i] = ::fcntl(static_cast<int>(i), F_DUPFD_CLOEXEC, 100);
    }
  }
  ~Parts() {
    if (folder >= 0) ::close(folder);
    for (const int stream : streams) {
      if (stream >= 0) ::close(stream);
    }
  }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  bool restore_folder() const {
    struct stat was {
    }, is{};
    if (folder < 0 || ::fstat(folder, &was) != 0) return false;
    if (::stat(".", &is) == 0 && was.st_dev == is.st_dev && was.st_ino == is.st_ino) return false;
    return ::fchdir(folder) == 0;
  }

  bool restore_floats() const {
    std::fenv_t now{};
    std::fegetenv(&now);
    // The flags that operations raise are no mode.
#if defined(__x86_64__)
    // Rounding, exception masks, flush to zero, denormals as zero.
    constexpr unsigned modes = 0xFFC0;
    const bool same = ((now.__mxcsr ^ floats.__mxcsr) & modes) == 0 &&
                      now.__control_word == floats.__control_word;
#else
    const int before = std::fegetround();
    std::fesetenv(&floats);
    const bool same = before == std::fegetround();
#endif
    if (same) return false;
    std::fesetenv(&floats);
    return true;
  }

  bool restore_locale() const {
    const char* now = ::setlocale(LC_ALL, nullptr);
    const bool own = ::uselocale(nullptr) != LC_GLOBAL_LOCALE;
    if (own) ::uselocale(LC_GLOBAL_LOCALE);
    const bool other_streams = streams_locale != std::locale();
    if (!own && !other_streams && now && locale == now) return false;
    std::locale::global(streams_locale);  // how streams write numbers; may set that of C too
    ::setlocale(LC_ALL, locale.c_str());
    return true;
  }

  bool restore_environment() const {
    const auto now = variables();
    if (now == environment) return false;
    for (const auto& [name, value] : now) {
      if (!environment.count(name)) ::unsetenv(name.c_str());
    }
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    return true;
  }

  bool restore_signals() const {
    bool changed = false;
    for (int s = 1; s <= last_signal; ++s) {
      if (s == SIGKILL || s == SIGSTOP) continue;
      const auto& was = actions[static_cast<std::size_t>(s)];
      struct sigaction is {};
      ::sigaction(s, nullptr, &is);
      if (is.sa_handler == was.sa_handler && is.sa_flags == was.sa_flags) continue;
      ::sigaction(s, &was, nullptr);
      changed = true;
    }
    sigset_t now;
    ::pthread_sigmask(SIG_SETMASK, nullptr, &now);
    for (int s = 1; s <= last_signal; ++s) {
      if (::sigismember(&now, s) != ::sigismember(&blocked, s)) changed = true;
    }
    ::pthread_sigmask(SIG_SETMASK, &blocked, nullptr);
    return changed;
  }

  /// Nobody here uses them, and one that goes off later ends whoever runs then.
  static bool restore_timers() {
    bool changed = false;
    for (const int which : {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF}) {
      itimerval before{};
      const itimerval none{};
      if (::setitimer(static_cast<__itimer_which>(which), &none, &before) != 0) continue;
      changed = changed || before.it_value.tv_sec != 0 || before.it_value.tv_usec != 0;
    }
    return changed;
  }

  bool restore_limits() const {
    bool changed = false;
    for (std::size_t i = 0; i < limits.size(); ++i) {
      rlimit now{};
      ::getrlimit(limits[i], &now);
      if (now.rlim_cur == resources[i].rlim_cur) continue;
      changed = ::setrlimit(limits[i], &resources[i]) == 0 || changed;
    }
    return changed;
  }

  bool restore_streams() const {
    bool changed = false;
    for (int fd = 0; fd <= 2; ++fd) {
      const int kept = streams[static_cast<std::size_t>(fd)];
      if (kept < 0 || same_file(fd, kept)) continue;
      ::dup2(kept, fd);
      changed = true;
    }
    return changed;
  }
};

ProcessState::ProcessState() : parts_(std::make_unique<Parts>()) {}

ProcessState::~ProcessState() = default;

std::vector<std::string> ProcessState::restore() const {
  std::vector<std::string> changed;
  const auto note = [&](bool was_changed, const char* what) {
    if (was_changed) changed.emplace_back(what);
  };
  note(parts_->restore_folder(), "the current folder");
  note(parts_->restore_floats(), "the rounding or denormal mode");
  note(parts_->restore_locale(), "the locale");
  note(parts_->restore_environment(), "the environment");
  if (mask_now() != parts_->mask) {
    ::umask(parts_->mask);
    changed.emplace_back("the file mode mask");
  }
  note(Parts::restore_timers(), "the interval timers");
  note(parts_->restore_signals(), "what signals do");
  note(parts_->restore_limits(), "the resource limits");
  note(parts_->restore_streams(), "the standard descriptors");
  return changed;
}

std::vector<std::string> ProcessState::left_behind() const {
  std::vector<std::string> guests;
  if (threads_now() > parts_->threads) guests.emplace_back("a thread");
  if (timers_now() > parts_->timers) guests.emplace_back("a timer");
  return guests;
}

bool default_float_mode() {
#if defined(__x86_64__)
  // As the kernel hands it to a program; the lowest six bits are flags and no mode.
  constexpr unsigned modes = 0xFFC0, at_start = 0x1F80;
  return (__builtin_ia32_stmxcsr() & modes) == at_start;
#else
  if (std::fegetround() != FE_TONEAREST) return false;
  volatile float least = std::numeric_limits<float>::denorm_min();
  volatile float doubled = least * 2;
  return doubled > 0;
#endif
}

void restore_float_mode() { std::fesetenv(FE_DFL_ENV); }

}  // namespace glia
