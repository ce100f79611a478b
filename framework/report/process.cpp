// SPDX-License-Identifier: MIT
// posix_spawn rather than Boost.Process, whose interface differs between the Boosts we build with.
#include "report/process.hpp"

#include <glia/sdk/error.hpp>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace glia::report {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t max_output = 1 << 16;

[[noreturn]] void fail(const std::string& program, int reason) {
  throw Error(ErrorCode::io, "cannot start " + program + ": " + std::strerror(reason));
}

struct Pipe {
  int ends[2] = {-1, -1};
  ~Pipe() {
    for (int end : ends) {
      if (end >= 0) ::close(end);
    }
  }
  void close_writer() {
    ::close(ends[1]);
    ends[1] = -1;
  }
};

struct Actions {
  posix_spawn_file_actions_t value;
  Actions() { ::posix_spawn_file_actions_init(&value); }
  ~Actions() { ::posix_spawn_file_actions_destroy(&value); }
  Actions(const Actions&) = delete;
  Actions& operator=(const Actions&) = delete;
};

/// Reads until the program closes its output; false if that takes too long.
bool drain(int fd, Clock::time_point deadline, std::string& output) {
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    pollfd ready{fd, POLLIN, 0};
    const int count = ::poll(&ready, 1, static_cast<int>(left));
    if (count < 0 && errno != EINTR) return true;
    if (count <= 0) continue;
    char buffer[4096];
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    output.append(buffer, std::min(static_cast<std::size_t>(got), max_output - output.size()));
  }
}

}  // namespace

Ended run_program(const std::vector<std::string>& command, const std::filesystem::path& folder,
                  std::chrono::milliseconds limit) {
  Pipe pipe;
  if (::pipe2(pipe.ends, O_CLOEXEC) != 0) fail(command.front(), errno);
  Actions actions;
  ::posix_spawn_file_actions_addopen(&actions.value, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions.value, pipe.ends[1], 1);
  ::posix_spawn_file_actions_adddup2(&actions.value, pipe.ends[1], 2);
  ::posix_spawn_file_actions_addchdir_np(&actions.value, folder.c_str());
  std::vector<char*> arguments;
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);

  Ended ended;
  pid_t child = 0;
  const int reason =
      ::posix_spawnp(&child, arguments[0], &actions.value, nullptr, arguments.data(), environ);
  if (reason == ENOENT && std::filesystem::is_directory(folder)) {
    ended.found = false;
    return ended;
  }
  if (reason != 0) fail(command.front(), reason);
  pipe.close_writer();
  if (!drain(pipe.ends[0], Clock::now() + limit, ended.output)) {
    ended.timed_out = true;
    ::kill(child, SIGKILL);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ended;
}

}  // namespace glia::report
