// SPDX-License-Identifier: MIT
#include "sweep/limits.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

namespace glia::sweep {
namespace {

using namespace std::chrono_literals;

constexpr auto halt_grace = 10s;              // a worker that somebody has halted
constexpr std::uint64_t most_log = 64 << 20;  // bytes that one attempt may write

}  // namespace

void Limits::check(Worker& worker, Clock::time_point now, Clock::duration since_last) {
  if (worker.ready() && !worker.busy()) return;
  if (!worker.halted()) {
    halted_.erase(worker.pid());
  } else {
    const auto [it, fresh] = halted_.try_emplace(worker.pid(), now);
    if (!fresh) worker.forgive(since_last);
    if (now - it->second > halt_grace) worker.kill("its worker was halted from outside", true);
  }
  if (!worker.busy()) return;
  if (timeout_.count() > 0 && now - worker.job_started() > timeout_) {
    worker.kill(fmt::format("took longer than the time limit of {} s", timeout_.count() / 1000));
  }
  if (memory_ > 0) {
    if (const auto used = worker.memory(); used > memory_) {
      worker.kill(fmt::format("used {} of memory, more than the limit of {}", bytes_text(used),
                              bytes_text(memory_)));
    }
  }
  if (worker.log_bytes() > most_log) {
    worker.kill(fmt::format("wrote more than {} to its log", bytes_text(most_log)));
  }
}

void Limits::forgive(Clock::duration time) {
  for (auto& [pid, since] : halted_) since += time;
}

bool Limits::outgrown(const Worker& worker) const {
  return memory_ > 0 && worker.memory() > memory_ / 2;
}

}  // namespace glia::sweep
