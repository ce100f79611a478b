// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace glia::serve {

/// What was worked out for a name, and whether that was of an older state of its files.
template <class Value>
struct Found {
  std::shared_ptr<const Value> value;
  double stale_seconds = 0;  ///< above 0: there is something newer; ask again after so many
};

/// Values by name, worked out again when their stamp changes: one at a time, and for each name no
/// more than a fiftieth of the time, so that looking at a sweep does not slow it. [thread-safe]
template <class Value>
class Paced {
 public:
  using Clock = std::chrono::steady_clock;

  /// Keeps at most so many: those that were asked for last.
  explicit Paced(std::size_t most) : most_(most) {}

  /// `make` may throw: then nothing is kept.
  Found<Value> get(const std::string& name, const std::string& stamp,
                   const std::function<Value()>& make) {
    const std::lock_guard lock(mutex_);
    return get_locked(name, stamp, make);
  }

  /// The same, but nothing, to be asked for again soon, while something else is being worked out:
  /// whoever waits for large things must not keep others from small ones.
  Found<Value> get_unless_busy(const std::string& name, const std::string& stamp,
                               const std::function<Value()>& make) {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock) return {nullptr, 2};
    return get_locked(name, stamp, make);
  }

  /// What is kept of a name, however old; nothing if that cannot be told at once.
  Found<Value> at_hand(const std::string& name, const std::string& stamp) {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock) return {nullptr, 2};
    const auto it = kept_.find(name);
    if (it == kept_.end()) return {nullptr, 2};
    return {it->second.value, it->second.stamp == stamp ? 0.0 : 2.0};
  }

 private:
  Found<Value> get_locked(const std::string& name, const std::string& stamp,
                          const std::function<Value()>& make) {
    const auto now = Clock::now();
    if (const auto it = kept_.find(name); it != kept_.end()) {
      it->second.used = ++uses_;
      if (it->second.stamp == stamp) return {it->second.value, 0};
      if (now < it->second.next) {
        const std::chrono::duration<double> wait = it->second.next - now;
        return {it->second.value, wait.count() + 0.1};
      }
    }
    auto value = std::make_shared<const Value>(make());
    const auto end = Clock::now();
    kept_[name] = {stamp, value, end + std::max<Clock::duration>(least, 50 * (end - now)), ++uses_};
    if (kept_.size() > most_) drop_oldest();
    return {std::move(value), 0};
  }

  static constexpr auto least = std::chrono::milliseconds(500);

  struct Kept {
    std::string stamp;
    std::shared_ptr<const Value> value;
    Clock::time_point next;
    std::uint64_t used;
  };

  void drop_oldest() {
    kept_.erase(std::min_element(kept_.begin(), kept_.end(), [](const auto& a, const auto& b) {
      return a.second.used < b.second.used;
    }));
  }

  std::mutex mutex_;
  std::map<std::string, Kept> kept_;
  std::size_t most_;
  std::uint64_t uses_ = 0;
};

}  // namespace glia::serve
