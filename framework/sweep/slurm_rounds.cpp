// SPDX-License-Identifier: MIT
#include "sweep/slurm_rounds.hpp"

#include "core/files.hpp"
#include "core/interrupt.hpp"
#include "sweep/task.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <thread>

namespace glia::sweep {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// Files are looked at often, the controller, which many ask, seldom.
constexpr auto file_interval = 200ms;
constexpr auto queue_interval = 5s;

fs::path stop_mark(const fs::path& sweep, const Round& round) {
  return round.folder(sweep) / "stopped";
}

bool is_stopped(const fs::path& sweep, const Round& round) {
  std::error_code ignored;
  return fs::exists(stop_mark(sweep, round), ignored);
}

[[noreturn]] void stop(const HeldSweep& sweep, const std::string& what) {
  throw Error(ErrorCode::interrupted, what,
              fmt::format("go on with: glia resume {}", sweep.folder().string()));
}

/// Whether a pending trial has left no result.
bool lacks_results(const HeldSweep& sweep) {
  const auto pending = sweep.pending();
  return std::any_of(pending.begin(), pending.end(), [&](std::size_t trial) {
    std::error_code ignored;
    return !fs::exists(result_file(sweep.folder(), trial), ignored);
  });
}

/// Until all results are there or no task is left.
void wait_for(HeldSweep& sweep, const Round& round) {
  auto next_look = Clock::now();
  bool told = false;
  while (lacks_results(sweep)) {
    if (stop_requested()) {
      stop(sweep, fmt::format("stopped; tasks of round {} go on by themselves", round.number));
    }
    if (is_stopped(sweep.folder(), round)) return;
    if (Clock::now() >= next_look) {
      next_look = Clock::now() + queue_interval;
      try {
        if (queue_states(round).empty()) return;
      } catch (const Error& e) {  // the controller may be down for a while
        if (!told) sweep.tell(fmt::format("{}; still waiting", e.message()));
        told = true;
      }
    }
    std::this_thread::sleep_for(file_interval);
  }
}

}  // namespace

void mark_stopped(const fs::path& sweep, const Round& round) {
  write_file(stop_mark(sweep, round), "");
}

void run_rounds(HeldSweep& sweep, const SlurmSettings& slurm,
                const std::function<void()>& collect) {
  const fs::path folder = sweep.folder();
  std::error_code ignored;
  sweep.grow();
  if (fs::exists(Round{}.folder(folder) / "round.json", ignored)) {
    const auto round = latest_round(folder);
    fs::remove(stop_mark(folder, round), ignored);
    wait_for(sweep, round);
    if (is_stopped(folder, round)) stop(sweep, "stopped");
    collect();
    sweep.grow();
  }
  while (!sweep.pending().empty()) {
    if (stop_requested()) stop(sweep, "stopped");
    const auto before = sweep.pending().size();
    const auto round = submit(sweep, slurm);
    sweep.tell(fmt::format("round {}: {} trials in {} tasks, Slurm job {}", round.number, before,
                           round.slices.size(), round.jobs.back()));
    wait_for(sweep, round);
    collect();
    const auto after = sweep.pending().size();
    sweep.grow();
    if (is_stopped(folder, round)) stop(sweep, "stopped");
    if (after == before) {
      throw Error(ErrorCode::io, fmt::format("round {} ended without a result", round.number),
                  fmt::format("its tasks left {}; then: glia resume {}",
                              (round.folder(folder) / "slice-*.log").string(), folder.string()));
    }
  }
}

}  // namespace glia::sweep
