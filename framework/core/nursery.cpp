// SPDX-License-Identifier: MIT
// Hand-written: no library of Debian's has a fork server.
#include "core/nursery.hpp"

#include "core/interrupt.hpp"
#include "core/output.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>

namespace glia {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Streams = std::array<int, 3>;

constexpr auto longest_load = 60s;  // from a slow disk
constexpr auto longest_copy = 10s;  // takes milliseconds, unless it is halted
constexpr int asked_at = 0;         // the nursery's descriptor

/// One byte that brings three descriptors along.
struct Request {
  char byte = 0;
  iovec bytes{&byte, 1};
  alignas(cmsghdr) char extra[CMSG_SPACE(sizeof(Streams))] = {};
  msghdr message{};

  Request() {
    message.msg_iov = &bytes;
    message.msg_iovlen = 1;
    message.msg_control = extra;
    message.msg_controllen = sizeof extra;
  }
};

bool send_streams(int socket, const Streams& streams) {
  Request request;
  cmsghdr* head = CMSG_FIRSTHDR(&request.message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof streams);
  std::memcpy(CMSG_DATA(head), &streams, sizeof streams);
  return ::sendmsg(socket, &request.message, MSG_NOSIGNAL) == 1;
}

/// Nothing when nobody asks any more.
std::optional<Streams> receive_streams() {
  Request request;
  ssize_t got = 0;
  do {
    got = ::recvmsg(asked_at, &request.message, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  const cmsghdr* head = got == 1 ? CMSG_FIRSTHDR(&request.message) : nullptr;
  Streams streams{};
  if (!head || head->cmsg_len != CMSG_LEN(sizeof streams)) return std::nullopt;
  std::memcpy(&streams, CMSG_DATA(head), sizeof streams);
  return streams;
}

/// To whoever asked: the number of the process that there is; 0: none.
void say(pid_t pid) { static_cast<void>(::send(asked_at, &pid, sizeof pid, MSG_NOSIGNAL)); }

/// It says nothing: whoever starts the program itself, for want of a copy, hears what is wrong.
Command with_streams(Command command) {
  command.in = Command::Stream::both_ways;
  command.out = command.err = Command::Stream::nothing;
  return command;
}

void begin_copy(const Streams& streams, const char* name) {
  ::setpgid(0, 0);
  say(::getpid());
  for (std::size_t i = 0; i < streams.size(); ++i) ::dup2(streams[i], static_cast<int>(i));
  for (const int stream : streams) ::close(stream);
  for (const int number : stop_signals) ::signal(number, SIG_DFL);
  ::prctl(PR_SET_NAME, name);
  claim_output();
}

/// True in the copy. A process between ends at once, so that the copy becomes a child of whoever
/// adopts orphans: `host`.
bool copied(pid_t host) {
  const pid_t between = ::fork();
  if (between < 0) say(0);
  if (between > 0) ::waitpid(between, nullptr, 0);
  if (between != 0) return false;
  const pid_t parent = ::getpid(), copy = ::fork();
  if (copy < 0) say(0);
  if (copy != 0) ::_exit(0);
  while (::getppid() == parent) ::usleep(50);
  if (::getppid() == host) return true;
  say(0);
  ::_exit(0);
}

}  // namespace

Nursery::Nursery(const Command& command) : process_(with_streams(command)) {}

std::unique_ptr<Process> Nursery::copy() {
  try {
    ready_ = ready_ || answer(longest_load) > 0;
    if (!ready_) return nullptr;
    return std::make_unique<Process>([&](const Streams& streams) { return born(streams); });
  } catch (const std::system_error&) {
    return nullptr;
  }
}

pid_t Nursery::answer(std::chrono::seconds longest) {
  const auto deadline = Clock::now() + longest;
  pollfd said{process_.in(), POLLIN, 0};
  for (int found = -1; found < 0;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    found = ::poll(&said, 1, static_cast<int>(std::max(left, 0ms).count()));
    if (found == 0 || (found < 0 && errno != EINTR)) return 0;
  }
  pid_t pid = 0;
  return ::recv(process_.in(), &pid, sizeof pid, MSG_DONTWAIT) == sizeof pid ? pid : 0;
}

pid_t Nursery::born(const Streams& streams) {
  const pid_t pid = send_streams(process_.in(), streams) ? answer(longest_copy) : 0;
  if (pid <= 0) throw std::system_error(EAGAIN, std::generic_category(), "fork");
  return pid;
}

void make_copies() {
  char name[16] = {};
  ::prctl(PR_GET_NAME, name);
  ::prctl(PR_SET_NAME, "glia nursery");
  // Its end is that of whoever started it; signals are for those who compute.
  for (const int number : stop_signals) ::signal(number, SIG_IGN);
  const pid_t host = ::getppid();
  say(single_threaded() ? ::getpid() : 0);
  while (const auto streams = receive_streams()) {
    if (copied(host)) return begin_copy(*streams, name);
    for (const int stream : *streams) ::close(stream);
  }
  ::_exit(0);
}

}  // namespace glia
