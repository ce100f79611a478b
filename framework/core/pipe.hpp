// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace glia {

/// Two descriptors that belong together; those that nobody takes are closed.
struct Pipe {
  int ends[2] = {-1, -1};

  Pipe() = default;
  ~Pipe() {
    for (const int end : ends) {
      if (end >= 0) ::close(end);
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  /// From `ends[1]` to `ends[0]`. Throws std::system_error.
  void open() { require(::pipe2(ends, O_CLOEXEC), "pipe"); }
  /// Both ways, in messages that arrive as a whole.
  void open_both_ways() {
    require(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), "socketpair");
  }
  int take(int end) { return std::exchange(ends[end], -1); }

 private:
  static void require(int result, const char* what) {
    if (result != 0) throw std::system_error(errno, std::generic_category(), what);
  }
};

}  // namespace glia
