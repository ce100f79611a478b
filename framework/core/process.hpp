// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <sys/types.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace glia {

/// The name of this machine; "?" where the system gives none.
GLIA_API std::string host_name();

/// How a process ended.
struct ProcessEnd {
  int code = 0;                   ///< exit code, where no signal ended it
  int signal = 0;                 ///< the signal that ended it, or 0
  std::uint64_t peak_memory = 0;  ///< most bytes that it held at once
};

/// "exit code 3", "SIGSEGV (Segmentation fault)".
GLIA_API std::string end_text(const ProcessEnd& end);

/// What to start.
struct Command {
  /// with_output: only for `err`; both_ways: only for `in`, messages to and fro.
  enum class Stream { nothing, pipe, with_output, both_ways, inherited };

  std::vector<std::string> words;                    ///< the first is a path or is found on $PATH
  std::filesystem::path folder{};                    ///< to run in; empty: this one
  std::map<std::string, std::string> environment{};  ///< on top of this process's own
  Stream in = Stream::nothing, out = Stream::pipe, err = Stream::pipe;
};

/// A program under way, in a process group of its own; the group is killed when the object ends.
///
/// posix_spawn by hand: Boost.Process forks, which is unsafe beside other threads. [one thread]
class GLIA_API Process {
 public:
  /// Throws std::system_error with the reason if it cannot be started.
  explicit Process(const Command& command);
  /// A copy of this process that runs `body`, its stdout and stderr pipes, and exits with code 0:
  /// no program has to be loaded, which takes half a second. Threads are not copied: only for
  /// processes that have no other (`single_threaded`).
  explicit Process(const std::function<void()>& body);
  /// A child of this process that somebody else makes, in a group of its own: `make` hands on its
  /// stdin, stdout and stderr, and gives its number or throws.
  explicit Process(const std::function<pid_t(const std::array<int, 3>&)>& make);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }
  int in() const { return in_; }    ///< writes to its stdin; -1 if not a pipe
  int out() const { return out_; }  ///< reads its stdout; never waits
  int err() const { return err_; }
  /// Becomes readable when the process ends; -1 once it was waited for.
  int ended() const { return ended_; }

  void close_in();
  /// To the process alone, and to its whole group.
  void signal(int number) const;
  void kill_group() const;

  /// The end, if it has come; kills what is left of the group.
  std::optional<ProcessEnd> try_wait();
  ProcessEnd wait();

 private:
  std::optional<ProcessEnd> reap(int options);
  void take_pipes(int in, int out, int err);

  pid_t pid_ = -1;
  int in_ = -1, out_ = -1, err_ = -1, ended_ = -1;
  std::optional<ProcessEnd> end_;
};

/// From now on a process that outlives its parent among ours (one that called setsid, so that its
/// group's end did not reach it) becomes ours, and is killed when the parent's `Process` ends.
GLIA_API void end_orphans_too();

/// The same without the killing: what outlives a process among ours becomes a child of this one.
GLIA_API void adopt_orphans();

/// From now on this process ends when its parent does, however that was ended, and before it ends
/// all that it has started: with `adopt_orphans` also what has left its group and its parent. Starts
/// a thread; to be called once, before any other is started, so that all leave it the signal.
GLIA_API void end_with_parent();

/// The children of this process, of all its threads, whether they have ended or not.
GLIA_API std::vector<pid_t> child_processes();

/// Kills the children that no `Process` waits for and that are not in `kept`, and what they leave to
/// this process in turn; says of each that was alive who it was: "sleep (process 4711)".
/// [thread-safe]
GLIA_API std::vector<std::string> end_strangers(const std::vector<pid_t>& kept = {});

/// Whether this process has one thread.
GLIA_API bool single_threaded();

/// Appends what a pipe holds, at most `limit` bytes; never waits. False at the end of the stream.
GLIA_API bool read_available(int descriptor, std::string& text, std::size_t limit = 1 << 20);

/// How a program that was waited for ended.
struct Ended {
  bool found = true;       ///< false: there is no such program on $PATH
  bool timed_out = false;  ///< killed because it took too long
  int status = 0;          ///< exit code, or 128 + signal
  std::string output;      ///< stdout and stderr together, the first 64 KiB
};

/// Runs a program of $PATH (no shell) in `folder` with empty standard input, and waits for it.
/// Error (io) if no process can be made. [thread-safe]
GLIA_API Ended run_program(const std::vector<std::string>& words,
                           const std::filesystem::path& folder, std::chrono::milliseconds limit);

}  // namespace glia
