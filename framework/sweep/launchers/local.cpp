// SPDX-License-Identifier: MIT
#include "core/process.hpp"
#include "core/shell_words.hpp"
#include "sweep/folder.hpp"
#include "sweep/launcher.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <thread>

namespace glia::sweep::launchers::local {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_stop = 90s;

/// Whether this process runs the program that asks, or one of its name.
bool is_glia(std::int64_t pid) {
  if (pid <= 1 || pid > std::numeric_limits<pid_t>::max()) return false;
  std::error_code error;
  const auto program = std::filesystem::read_symlink(fmt::format("/proc/{}/exe", pid), error);
  if (error) return false;
  const std::string name = program.filename().string();
  return name == "glia" || name.starts_with("glia ") ||  // "glia (deleted)": replaced meanwhile
         program == std::filesystem::read_symlink("/proc/self/exe", error);
}

/// Trials run in workers of this very process, which holds the sweep's folder meanwhile.
class Local final : public Launcher {
 public:
  std::string place() const override { return "this machine"; }
  bool is_detached() const override { return false; }

  Submitted submit(HeldSweep& sweep) const override { return {sweep.run_here(), ""}; }
  bool has_begun(const std::filesystem::path&) const override { return true; }

  Watched watch(const std::filesystem::path&) const override { return {}; }

  std::string stop(const std::filesystem::path& folder) const override {
    const auto holder = holder_of(folder);
    if (!holder) return fmt::format("nobody is at work in {}\n", folder.string());
    if (holder->host != host_name() || holder->pid <= 0) {
      throw Error(ErrorCode::usage,
                  fmt::format("the sweep runs on {} as process {}", holder->host, holder->pid),
                  "stop it there");
    }
    if (!is_glia(holder->pid)) {  // the note is a file: a number in it is not yet ours to signal
      throw Error(ErrorCode::io,
                  fmt::format("process {}, which {} names, is no glia", holder->pid,
                              (folder / "host.json").string()),
                  fmt::format("whoever holds the folder: find it with: fuser {}",
                              (folder / ".lock").string()));
    }
    if (::kill(static_cast<pid_t>(holder->pid), SIGTERM) != 0 && errno != ESRCH) {
      throw Error(ErrorCode::usage, fmt::format("process {} cannot be told to stop", holder->pid),
                  "it belongs to somebody else");
    }
    const auto deadline = std::chrono::steady_clock::now() + longest_stop;
    while (holder_of(folder)) {
      if (std::chrono::steady_clock::now() > deadline) {
        throw Error(ErrorCode::io, "the sweep is still at work after 90 s",
                    fmt::format("end it at once with: kill -9 {}", holder->pid));
      }
      std::this_thread::sleep_for(100ms);
    }
    return fmt::format("stopped; go on with: glia resume {}\n", path_word(folder));
  }

  std::size_t collect(HeldSweep&) const override { return 0; }  // results are in place
};

const Registered<LauncherEntry> registered({{.name = "local",
                                             .doc = "Worker processes on this machine, until all "
                                                    "trials have ended."},
                                            [] { return std::make_unique<Local>(); }});

}  // namespace
}  // namespace glia::sweep::launchers::local
