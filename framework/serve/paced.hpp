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
#include <optional>
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
/// more than a fiftieth of the time, so that looking at a sweep does not slow it. What is there is
/// told at once, also while something else is being worked out. [thread-safe]
template <class Value>
class Paced {
 public:
  using Clock = std::chrono::steady_clock;

  /// Keeps at most so many: those that were asked for last.
  explicit Paced(std::size_t most) : most_(most) {}

  /// `make` may throw: then nothing is kept.
  Found<Value> get(const std::string& name, const std::string& stamp,
                   const std::function<Value()>& make) {
    if (auto found = good(name, stamp)) return *found;
    const std::lock_guard making(making_);
    return made(name, stamp, make);
  }

  /// The same, but nothing, to be asked for again soon, while something else is being worked out:
  /// whoever waits for large things must not keep others from small ones.
  Found<Value> get_unless_busy(const std::string& name, const std::string& stamp,
                               const std::function<Value()>& make) {
    if (auto found = good(name, stamp)) return *found;
    const std::unique_lock making(making_, std::try_to_lock);
    if (!making) return {nullptr, 2};
    return made(name, stamp, make);
  }

  /// What is kept of a name, however old; nothing is worked out.
  Found<Value> at_hand(const std::string& name, const std::string& stamp) {
    const std::lock_guard lock(mutex_);
    const auto it = kept_.find(name);
    if (it == kept_.end()) return {nullptr, 2};
    it->second.used = ++uses_;
    return {it->second.value, it->second.stamp == stamp ? 0.0 : 2.0};
  }

 private:
  /// What is kept, if it is of this stamp or as good as it may be for now.
  std::optional<Found<Value>> good(const std::string& name, const std::string& stamp) {
    const std::lock_guard lock(mutex_);
    const auto it = kept_.find(name);
    if (it == kept_.end()) return std::nullopt;
    it->second.used = ++uses_;
    if (it->second.stamp == stamp) return Found<Value>{it->second.value, 0};
    const auto now = Clock::now();
    if (now >= it->second.next) return std::nullopt;
    const std::chrono::duration<double> wait = it->second.next - now;
    return Found<Value>{it->second.value, wait.count() + 0.1};
  }

  /// Only by whoever holds `making_`.
  Found<Value> made(const std::string& name, const std::string& stamp,
                    const std::function<Value()>& make) {
    if (auto found = good(name, stamp)) return *found;  // by somebody else in the meantime
    const auto begin = Clock::now();
    auto value = std::make_shared<const Value>(make());
    const auto end = Clock::now();
    const std::lock_guard lock(mutex_);
    kept_[name] = {stamp, value, end + std::max<Clock::duration>(least, 50 * (end - begin)),
                   ++uses_};
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

  std::mutex making_;  ///< held while something is worked out; taken before the other
  std::mutex mutex_;   ///< of what follows
  std::map<std::string, Kept> kept_;
  std::size_t most_;
  std::uint64_t uses_ = 0;
};

}  // namespace glia::serve
