// SPDX-License-Identifier: MIT
#include "core/process.hpp"

#include "core/pipe.hpp"

#include <glia/sdk/error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

extern char** environ;

namespace glia {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t most_output = 1 << 16;

[[noreturn]] void fail(int reason, const std::string& what) {
  throw std::system_error(reason, std::generic_category(), what);
}

void close_end(int& descriptor) {
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

struct Actions {
  posix_spawn_file_actions_t value{};
  Actions() { ::posix_spawn_file_actions_init(&value); }
  ~Actions() { ::posix_spawn_file_actions_destroy(&value); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;

  void stream(Command::Stream kind, int number, int pipe_end) {
    if (kind == Command::Stream::nothing) {
      const int mode = number == 0 ? O_RDONLY : O_WRONLY;
      ::posix_spawn_file_actions_addopen(&value, number, "/dev/null", mode, 0);
    } else if (kind == Command::Stream::pipe || kind == Command::Stream::both_ways) {
      ::posix_spawn_file_actions_adddup2(&value, pipe_end, number);
    } else if (kind == Command::Stream::with_output) {
      ::posix_spawn_file_actions_adddup2(&value, 1, number);
    }
  }
};

/// A group of its own, no signal blocked or ignored.
struct Attributes {
  posix_spawnattr_t value{};
  Attributes() {
    ::posix_spawnattr_init(&value);
    ::posix_spawnattr_setflags(
        &value, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    ::posix_spawnattr_setpgroup(&value, 0);
    sigset_t every, none;
    sigfillset(&every);
    sigemptyset(&none);
    ::posix_spawnattr_setsigdefault(&value, &every);
    ::posix_spawnattr_setsigmask(&value, &none);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&value); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
};

std::vector<std::string> environment(const std::map<std::string, std::string>& changes) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry; ++entry) {
    const std::string text = *entry;
    if (!changes.count(text.substr(0, text.find('=')))) all.push_back(text);
  }
  for (const auto& [name, value] : changes) all.push_back(name + '=' + value);
  return all;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const auto& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

std::atomic<bool> adopting{false};
std::mutex known_mutex;
std::set<pid_t>& known() {  // children that somebody waits for
  static auto* all = new std::set<pid_t>;
  return *all;
}

/// "sleep (process 4711)"; "" of one that has ended and only waits to be waited for.
std::string name_of(pid_t pid) {
  std::string name, text;
  std::getline(std::ifstream(fmt::format("/proc/{}/comm", pid)), name);
  std::getline(std::ifstream(fmt::format("/proc/{}/stat", pid)), text);
  const auto end = text.rfind(") ");
  if (end == std::string::npos || end + 2 >= text.size() || text[end + 2] == 'Z') return {};
  return fmt::format("{} (process {})", name, pid);
}

/// Ends those of our children that `ends` says. Each round gives us the children of those that the
/// last one ended.
template <class Ends>
void end_children(const Ends& ends) {
  constexpr int most_rounds = 100;
  bool any = true;
  for (int round = 0; any && round < most_rounds; ++round) {
    any = false;
    for (const pid_t child : child_processes()) {
      if (!ends(child)) continue;
      any = true;
      ::kill(child, SIGKILL);
      while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
    }
  }
}

/// What a plugin has started would outlive us, if the kernel killed us with our parent.
[[noreturn]] void end_when_told(const sigset_t& told) {
  for (int signal = 0; ::sigwait(&told, &signal) != 0;) continue;
  end_children([](pid_t) { return true; });
  for (;;) ::kill(::getpid(), SIGKILL);
}

}  // namespace

std::vector<pid_t> child_processes() {
  std::vector<pid_t> all;
  std::error_code error;
  // A process that has just been adopted is a child of the first thread.
  for (std::filesystem::directory_iterator it("/proc/self/task", error), end; !error && it != end;
       it.increment(error)) {
    std::ifstream list(it->path() / "children");
    for (pid_t pid = 0; list >> pid;) all.push_back(pid);
  }
  return all;
}

std::vector<std::string> end_strangers(const std::vector<pid_t>& kept) {
  const std::lock_guard lock(known_mutex);
  std::vector<std::string> ended;
  end_children([&](pid_t pid) {
    if (known().count(pid) || std::find(kept.begin(), kept.end(), pid) != kept.end()) return false;
    if (auto name = name_of(pid); !name.empty()) ended.push_back(std::move(name));
    return true;
  });
  return ended;
}

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "?";
}

void adopt_orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }

void end_with_parent() {
  const int told = SIGRTMAX - 3;  // nobody else's, and the end of us where it is not waited for
  sigset_t every, awaited;
  sigfillset(&every);
  sigemptyset(&awaited);
  sigaddset(&awaited, told);
  ::pthread_sigmask(SIG_BLOCK, &awaited, nullptr);
  sigset_t before;
  ::pthread_sigmask(SIG_SETMASK, &every, &before);
  std::thread([awaited] { end_when_told(awaited); }).detach();
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::prctl(PR_SET_PDEATHSIG, told);
}

void end_orphans_too() { adopting = ::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0; }

namespace {

/// Linux kills a process that has used what `ulimit -t` allows, and says no more.
std::string processor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_CPU, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return {};
  return fmt::format("; ulimit -t allows it {} s of the processor", limit.rlim_cur);
}

}  // namespace

std::string end_text(const ProcessEnd& end) {
  if (end.signal == 0) return "exit code " + std::to_string(end.code);
  const char* name = ::sigabbrev_np(end.signal);
  return fmt::format("{} ({}{})",
                     name ? std::string("SIG") + name : "signal " + std::to_string(end.signal),
                     ::strsignal(end.signal), end.signal == SIGKILL ? processor_limit() : "");
}

Process::Process(const Command& command) {
  Pipe in, out, err;
  if (command.in == Command::Stream::pipe) in.open();
  if (command.in == Command::Stream::both_ways) in.open_both_ways();
  if (command.out == Command::Stream::pipe) out.open();
  if (command.err == Command::Stream::pipe) err.open();
  Actions actions;
  actions.stream(command.in, 0, in.ends[0]);
  actions.stream(command.out, 1, out.ends[1]);
  actions.stream(command.err, 2, err.ends[1]);
  if (!command.folder.empty()) {
    ::posix_spawn_file_actions_addchdir_np(&actions.value, command.folder.c_str());
  }
  const Attributes attributes;
  const auto variables = environment(command.environment);
  const std::lock_guard lock(known_mutex);
  const int reason =
      ::posix_spawnp(&pid_, command.words.at(0).c_str(), &actions.value, &attributes.value,
                     pointers(command.words).data(), pointers(variables).data());
  if (reason != 0) fail(reason, command.words[0]);
  known().insert(pid_);
  take_pipes(in.take(1), out.take(0), err.take(0));
}

Process::Process(const std::function<void()>& body) {
  Pipe out, err;
  out.open();
  err.open();
  pid_ = ::fork();
  if (pid_ < 0) fail(errno, "fork");
  if (pid_ == 0) {
    ::setpgid(0, 0);
    ::dup2(::open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
    ::dup2(out.ends[1], 1);
    ::dup2(err.ends[1], 2);
    for (const int signal : stop_signals) ::signal(signal, SIG_DFL);
    body();
    ::_exit(0);
  }
  {
    const std::lock_guard lock(known_mutex);
    known().insert(pid_);
  }
  ::setpgid(pid_, pid_);  // here too: the group has to exist before it may have to be killed
  take_pipes(-1, out.take(0), err.take(0));
}

Process::Process(const std::function<pid_t(const std::array<int, 3>&)>& make) {
  Pipe in, out, err;
  for (Pipe* pipe : {&in, &out, &err}) pipe->open();
  const std::lock_guard lock(known_mutex);
  pid_ = make({in.ends[0], out.ends[1], err.ends[1]});
  known().insert(pid_);
  take_pipes(in.take(1), out.take(0), err.take(0));
}

void Process::take_pipes(int in, int out, int err) {
  in_ = in;
  out_ = out;
  err_ = err;
  for (const int end : {in_, out_, err_}) {
    if (end >= 0) ::fcntl(end, F_SETFL, O_NONBLOCK);
  }
  ended_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));  // close-on-exec by itself
}

Process::~Process() {
  if (!end_) {
    kill_group();
    wait();
  }
  for (int* end : {&in_, &out_, &err_}) close_end(*end);
}

void Process::close_in() { close_end(in_); }

void Process::signal(int number) const {
  if (!end_) ::kill(pid_, number);
}

void Process::kill_group() const {
  if (!end_) ::kill(-pid_, SIGKILL);
}

std::optional<ProcessEnd> Process::reap(int options) {
  if (end_) return end_;
  siginfo_t info{};
  // Stays to be reaped while its group is killed, so that the number is not given away.
  while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT | options) != 0) {
    if (errno != EINTR) break;
  }
  if (info.si_pid == 0) return std::nullopt;
  ::kill(-pid_, SIGKILL);
  int status = 0;
  rusage used{};
  while (::wait4(pid_, &status, 0, &used) < 0 && errno == EINTR) continue;
  end_ = ProcessEnd{WIFEXITED(status) ? WEXITSTATUS(status) : 0,
                    WIFSIGNALED(status) ? WTERMSIG(status) : 0,
                    static_cast<std::uint64_t>(used.ru_maxrss) * 1024};
  close_end(ended_);
  {
    const std::lock_guard lock(known_mutex);
    known().erase(pid_);
  }
  if (adopting) end_strangers();
  return end_;
}

std::optional<ProcessEnd> Process::try_wait() { return reap(WNOHANG); }

ProcessEnd Process::wait() { return reap(0).value_or(ProcessEnd{}); }

bool single_threaded() {
  std::error_code error;
  const std::filesystem::directory_iterator tasks("/proc/self/task", error);
  return !error && std::distance(begin(tasks), end(tasks)) == 1;
}

bool read_available(int descriptor, std::string& text, std::size_t limit) {
  char buffer[1 << 14];
  for (std::size_t total = 0; total < limit;) {
    const ssize_t got = ::read(descriptor, buffer, sizeof buffer);
    if (got > 0) {
      text.append(buffer, static_cast<std::size_t>(got));
      total += static_cast<std::size_t>(got);
    } else if (got == 0) {
      return false;
    } else if (errno != EINTR) {
      return errno == EAGAIN;
    }
  }
  return true;
}

Ended run_program(const std::vector<std::string>& words, const std::filesystem::path& folder,
                  std::chrono::milliseconds limit) {
  Command command{words, folder};
  command.err = Command::Stream::with_output;
  Ended ended;
  std::optional<Process> process;
  try {
    process.emplace(command);
  } catch (const std::system_error& e) {
    if (e.code().value() == ENOENT && (folder.empty() || std::filesystem::is_directory(folder))) {
      ended.found = false;
      return ended;
    }
    throw Error(ErrorCode::io,
                fmt::format("cannot start {}: {}", words.front(), std::strerror(e.code().value())));
  }
  const auto deadline = Clock::now() + limit;
  for (bool open = true; open;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd ready{process->out(), POLLIN, 0};
    // What it has said counts, however late we look: we may have been halted meanwhile.
    const bool said = ::poll(&ready, 1, static_cast<int>(std::max<std::int64_t>(left, 0))) > 0;
    ended.timed_out = !said && left <= 0;
    if (ended.timed_out) break;
    open = read_available(process->out(), ended.output);
    ended.output.resize(std::min(ended.output.size(), most_output));
  }
  if (ended.timed_out) process->kill_group();
  const ProcessEnd end = process->wait();
  ended.status = end.signal ? 128 + end.signal : end.code;
  return ended;
}

}  // namespace glia
