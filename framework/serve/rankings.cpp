// SPDX-License-Identifier: MIT
#include "serve/rankings.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace glia::serve {

Rankings::Rankings(std::size_t most) : ranked_(most), thread_([this] { work(); }) {}

Rankings::~Rankings() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  news_.notify_all();
  thread_.join();
}

Found<Ranked> Rankings::get(const std::string& name, const std::string& stamp,
                            const std::filesystem::path& sweep, Clock::time_point until) {
  auto found = ranked_.at_hand(name, stamp);
  if (found.value && found.stale_seconds == 0) return found;
  std::unique_lock lock(mutex_);
  const auto waits = std::find_if(tasks_.begin(), tasks_.end(),
                                  [&](const Task& task) { return task.name == name; });
  if (waits != tasks_.end()) {
    waits->stamp = stamp;
  } else if (at_work_ != name) {
    tasks_.push_back({name, stamp, sweep});
    news_.notify_all();
  }
  if (found.value) return found;  // an older one is better than to wait
  news_.wait_until(lock, until, [&] {
    found = ranked_.at_hand(name, stamp);
    return ends_ || found.value;
  });
  return found;
}

void Rankings::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    news_.wait(lock, [this] { return ends_ || !tasks_.empty(); });
    if (ends_) return;
    const Task task = std::move(tasks_.front());
    tasks_.pop_front();
    at_work_ = task.name;
    lock.unlock();
    try {
      ranked_.get(task.name, task.stamp, [&] { return ranked(task.sweep); });
    } catch (const std::exception&) {  // the sweep is gone, say: it is asked for again, or not
    }
    lock.lock();
    at_work_.clear();
    news_.notify_all();
  }
}

}  // namespace glia::serve
