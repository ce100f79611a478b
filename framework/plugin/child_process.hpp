// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace glia::plugin {

/// How a child process ended.
struct Ending {
  enum class Kind { not_started, exited, killed, timed_out };
  Kind kind = Kind::not_started;
  int value = 0;       ///< errno, exit code or signal
  std::string errors;  ///< what it wrote to stderr
};

/// Runs a program in a process group of its own and hands on each line of its stdout. The group is
/// killed when no first line came for `start_limit`, or no further one for `limit`; whatever is
/// left of it when the child ends is killed too.
Ending run_child(const std::string& program, const std::vector<std::string>& arguments,
                 std::chrono::milliseconds start_limit, std::chrono::milliseconds limit,
                 const std::function<void(const std::string&)>& on_line);

/// The same for a copy of this process that runs `body` (see `Process`).
Ending fork_child(const std::function<void()>& body, std::chrono::milliseconds limit,
                  const std::function<void(const std::string&)>& on_line);

}  // namespace glia::plugin
