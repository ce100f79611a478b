// SPDX-License-Identifier: MIT
#include "core/at_work.hpp"

#include "core/log.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace glia {
namespace {

using WorkClock = std::chrono::steady_clock;

/// What a thread is at. It only counts, as it may be at another thing every microsecond; whoever looks
/// knows the time.
struct Bench {
  std::mutex mutex;  ///< of the first two
  Work work;
  std::uint64_t begun = 0;  ///< things so far
  std::uint64_t seen = 0;   ///< this and what follows: of the thread that looks
  WorkClock::time_point since;
  std::chrono::seconds told{};
};

struct Benches {
  std::mutex mutex;
  std::vector<std::shared_ptr<Bench>> all;
};

Benches& benches() {  // leaked: threads may outlive every static
  static auto* all = new Benches;
  return *all;
}

/// This thread's, among all for as long as the thread lives.
class Seat {
 public:
  Seat() {
    const std::lock_guard lock(benches().mutex);
    benches().all.push_back(bench_);
  }
  ~Seat() {
    const std::lock_guard lock(benches().mutex);
    std::erase(benches().all, bench_);
  }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;
  Bench& bench() const { return *bench_; }

 private:
  std::shared_ptr<Bench> bench_ = std::make_shared<Bench>();
};

Bench& bench() {
  thread_local const Seat seat;
  return seat.bench();
}

/// Whatever the thread was at before begins anew when it is at it again: it has gone on.
void exchange(Work& work) {
  Bench& mine = bench();
  const std::lock_guard lock(mine.mutex);
  std::swap(mine.work, work);
  ++mine.begun;
}

std::string title(const Work& work) {
  if (!work.plugin) return *work.text;
  return fmt::format("{} '{}' of {}", kind_name(work.plugin->descriptor->kind),
                     work.plugin->descriptor->id, work.plugin->file);
}

/// What there is to say of a thread now; "" if nothing is.
std::string late(Bench& bench, WorkClock::time_point now) {
  const std::lock_guard lock(bench.mutex);
  if (bench.seen != bench.begun) {
    bench.seen = bench.begun;
    bench.since = now;
    bench.told = {};
  }
  if (!bench.work.plugin && !bench.work.text) return {};
  const auto spent = std::chrono::duration_cast<std::chrono::seconds>(now - bench.since);
  if (spent < bench.work.patience || spent < 3 * bench.told) return {};
  bench.told = spent;
  return fmt::format("{} has been at work for {} s and has not come back", title(bench.work),
                     spent.count());
}

[[noreturn]] void look_at_work() {
  for (;;) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    std::vector<std::shared_ptr<Bench>> all;
    {
      const std::lock_guard lock(benches().mutex);
      all = benches().all;
    }
    for (const auto& each : all) {
      if (const auto text = late(*each, WorkClock::now()); !text.empty()) log().warn("{}", text);
    }
  }
}

}  // namespace

AtWork::AtWork(const Work& work) : outer_(work) { exchange(outer_); }

AtWork::~AtWork() { exchange(outer_); }

void watch_work() {
  static std::once_flag once;
  std::call_once(once, [] {
    sigset_t every, before;
    sigfillset(&every);
    ::pthread_sigmask(SIG_SETMASK, &every, &before);
    std::thread(look_at_work).detach();
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  });
}

}  // namespace glia
