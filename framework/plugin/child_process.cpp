// SPDX-License-Identifier: MIT
#include "plugin/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

extern char** environ;

namespace glia::plugin {
namespace {

using Clock = std::chrono::steady_clock;

/// The reading end of a pipe from the child.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_, O_CLOEXEC) != 0) ends_[0] = ends_[1] = -1;
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close(0);
    close(1);
  }

  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void close_writer() { close(1); }

  /// Appends what is there; never waits. Closes at the end.
  void drain(std::string& text) {
    ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    char buffer[4096];
    for (;;) {
      const ssize_t got = ::read(ends_[0], buffer, sizeof buffer);
      if (got > 0) {
        text.append(buffer, static_cast<std::size_t>(got));
      } else if (got == 0) {
        return close(0);
      } else if (errno != EINTR) {
        return;
      }
    }
  }

 private:
  void close(int end) {
    if (ends_[end] >= 0) ::close(ends_[end]);
    ends_[end] = -1;
  }

  int ends_[2];
};

/// 0, or errno.
int start(const std::string& program, const std::vector<std::string>& arguments, const Pipe& out,
          const Pipe& err, pid_t& child) {
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, out.writer(), 1);
  posix_spawn_file_actions_adddup2(&files, err.writer(), 2);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setpgroup(&attributes, 0);
  sigset_t every, none;
  sigfillset(&every);
  sigemptyset(&none);
  posix_spawnattr_setsigdefault(&attributes, &every);
  posix_spawnattr_setsigmask(&attributes, &none);

  const int reason =
      ::posix_spawn(&child, program.c_str(), &files, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  return reason;
}

/// Hands on the complete lines of `text` and takes them out; true if there were any.
bool take_lines(std::string& text, const std::function<void(const std::string&)>& on_line) {
  bool any = false;
  for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
    on_line(text.substr(0, end));
    text.erase(0, end + 1);
    any = true;
  }
  return any;
}

/// Whether the child has ended; it stays to be reaped, so that its number is not given away.
bool has_ended(pid_t child) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
         info.si_pid != 0;
}

}  // namespace

Ending run_child(const std::string& program, const std::vector<std::string>& arguments,
                 std::chrono::milliseconds start_limit, std::chrono::milliseconds limit,
                 const std::function<void(const std::string&)>& on_line) {
  Pipe out, err;
  pid_t child = -1;
  Ending ending;
  ending.value = start(program, arguments, out, err, child);
  if (ending.value != 0) return ending;
  out.close_writer();
  err.close_writer();

  std::string lines;
  auto deadline = Clock::now() + start_limit;
  bool timed_out = false, ended = false;
  while (!ended && !timed_out) {
    pollfd watched[] = {{out.reader(), POLLIN, 0}, {err.reader(), POLLIN, 0}};
    // Short waits, because a grandchild can hold the pipes open after the child's end.
    ::poll(watched, 2, out.reader() < 0 ? 5 : 50);
    ended = has_ended(child);
    if (out.reader() >= 0) out.drain(lines);
    if (err.reader() >= 0) err.drain(ending.errors);
    if (take_lines(lines, on_line)) deadline = Clock::now() + limit;
    timed_out = !ended && Clock::now() > deadline;
  }
  ::kill(-child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;

  if (timed_out) {
    ending.kind = Ending::Kind::timed_out;
  } else if (WIFSIGNALED(status)) {
    ending.kind = Ending::Kind::killed;
    ending.value = WTERMSIG(status);
  } else {
    ending.kind = Ending::Kind::exited;
    ending.value = WEXITSTATUS(status);
  }
  return ending;
}

}  // namespace glia::plugin
