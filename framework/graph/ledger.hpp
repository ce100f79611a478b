// SPDX-License-Identifier: MIT
#pragma once

#include "graph/graph_plan.hpp"

#include <glia/sdk/error.hpp>

#include <atomic>
#include <compare>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace glia::graph {

/// Keeps the books of one run: what was issued and retired, the first error, time per node. Errors
/// are data here: a body that throws marks its message, later messages skip their bodies, and the
/// error of the lowest (message, node) is the one reported, whatever the thread count, but none
/// that says `interrupted` if there is another. [thread-safe]
class Ledger {
 public:
  Ledger(const GraphPlan& plan, Range range);

  /// Runs one body under its grad mode with every exception caught; skips it when an input was
  /// skipped or an earlier message failed.
  void run_guarded(std::size_t node, Message& message) noexcept;

  /// The next message to issue, or nothing: the range is spent, a body failed, or `stop` says so.
  /// [serial]
  std::optional<std::uint64_t> issue(const StopRequest& stop);
  /// [serial]
  void retire();

  std::uint64_t first() const { return range_.first; }

  /// Throws the first error, or Error (internal) if a message was lost on the way.
  RunReport close() const;

 private:
  void compute(std::size_t node, Message& message);
  void fail(std::size_t node, std::uint64_t number, Error error);

  /// In the order in which one is reported rather than another.
  struct Failure {
    bool stopped = false;
    std::uint64_t number = 0;
    std::size_t node = 0;
    auto operator<=>(const Failure&) const = default;
  };

  struct Clock {
    std::atomic<std::uint64_t> messages{0};
    std::atomic<std::int64_t> nanoseconds{0};
  };

  const GraphPlan& plan_;
  Range range_;
  std::uint64_t next_;
  std::uint64_t retired_ = 0;
  std::uint64_t peak_ = 0;
  std::vector<Clock> clocks_;
  std::vector<std::string> titles_;           ///< what each node is called while it is at work
  std::atomic<std::uint64_t> lowest_failed_;  // number of a message; range.last + 1 = none
  std::mutex mutex_;
  Failure first_;
  std::optional<Error> error_;  // its error
};

}  // namespace glia::graph
