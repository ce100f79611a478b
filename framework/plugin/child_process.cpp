// SPDX-License-Identifier: MIT
#include "plugin/child_process.hpp"

#include "core/process.hpp"

#include <poll.h>

#include <optional>
#include <system_error>

namespace glia::plugin {
namespace {

using Clock = std::chrono::steady_clock;

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

/// Follows what `start` makes to its end.
Ending watch(const std::function<void(std::optional<Process>&)>& start,
             std::chrono::milliseconds start_limit, std::chrono::milliseconds limit,
             const std::function<void(const std::string&)>& on_line) {
  Ending ending;
  std::optional<Process> child;
  try {
    start(child);
  } catch (const std::system_error& e) {
    ending.value = e.code().value();
    return ending;
  }
  std::string lines;
  auto deadline = Clock::now() + start_limit;
  bool out = true, err = true, timed_out = false;
  std::optional<ProcessEnd> end;
  while (!end && !timed_out) {
    pollfd watched[] = {{out ? child->out() : -1, POLLIN, 0},
                        {err ? child->err() : -1, POLLIN, 0},
                        {child->ended(), POLLIN, 0}};
    // Waits that end: where the kernel has no pidfd, nothing else tells of the child's end.
    ::poll(watched, 3, child->ended() < 0 ? 5 : 50);
    end = child->try_wait();
    if (out) out = read_available(child->out(), lines);
    if (err) err = read_available(child->err(), ending.errors);
    if (take_lines(lines, on_line)) deadline = Clock::now() + limit;
    timed_out = !end && Clock::now() > deadline;
  }
  if (timed_out) {
    ending.kind = Ending::Kind::timed_out;
  } else if (end->signal) {
    ending.kind = Ending::Kind::killed;
    ending.value = end->signal;
  } else {
    ending.kind = Ending::Kind::exited;
    ending.value = end->code;
  }
  return ending;
}

}  // namespace

Ending run_child(const std::string& program, const std::vector<std::string>& arguments,
                 std::chrono::milliseconds start_limit, std::chrono::milliseconds limit,
                 const std::function<void(const std::string&)>& on_line) {
  Command command{{program}};
  command.words.insert(command.words.end(), arguments.begin(), arguments.end());
  return watch([&](std::optional<Process>& child) { child.emplace(command); }, start_limit, limit,
               on_line);
}

Ending fork_child(const std::function<void()>& body, std::chrono::milliseconds limit,
                  const std::function<void(const std::string&)>& on_line) {
  return watch([&](std::optional<Process>& child) { child.emplace(body); }, limit, limit, on_line);
}

}  // namespace glia::plugin
