// SPDX-License-Identifier: MIT
#pragma once

#include "serve/listing.hpp"
#include "serve/paced.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>

namespace glia::serve {

/// What is best in every sweep. Of ten thousand trials that takes seconds, so it is worked out by a
/// thread of its own, sweep after sweep, and nobody has to wait for it. [thread-safe]
class Rankings {
 public:
  using Clock = std::chrono::steady_clock;

  /// Keeps at most so many.
  explicit Rankings(std::size_t most);
  /// Waits for the sweep that is being ranked just now.
  ~Rankings();
  Rankings(const Rankings&) = delete;
  Rankings& operator=(const Rankings&) = delete;

  /// The ranking of a sweep's folder as it is at hand at `until`: nothing, or an older one, where it
  /// has not been worked out by then.
  Found<Ranked> get(const std::string& name, const std::string& stamp,
                    const std::filesystem::path& sweep, Clock::time_point until);

 private:
  struct Task {
    std::string name, stamp;
    std::filesystem::path sweep;
  };

  void work();

  Paced<Ranked> ranked_;
  std::mutex mutex_;  ///< of all below
  std::condition_variable news_;
  std::deque<Task> tasks_;  ///< one of each name
  std::string at_work_;     ///< the name of the one that was taken out
  bool ends_ = false;
  std::thread thread_;  ///< last: it uses all the others
};

}  // namespace glia::serve
