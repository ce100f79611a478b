// SPDX-License-Identifier: MIT
#pragma once

#include "train/progress.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>

namespace glia::cli {

/// Shows a run on stderr: one redrawn line on a terminal, plain lines at intervals otherwise.
class TerminalProgress final : public train::Progress {
 public:
  /// `cached`: stages whose result, if there is one, lies in the cache and not in a checkpoint.
  TerminalProgress(bool terminal, bool quiet, std::set<std::string> cached = {});
  ~TerminalProgress() override;

  void stage_begins(const std::string& stage) override;
  void batch(const std::string& stage, std::int64_t epoch, std::int64_t epochs, std::uint64_t done,
             std::uint64_t total) override;
  void epoch(const train::EpochReport& report) override;
  void stage_ends(const std::string& stage, double seconds, bool reused) override;

 private:
  using Clock = std::chrono::steady_clock;

  /// A stage under way.
  struct Stage {
    Clock::time_point start = Clock::now();
    Clock::time_point last_line{};
    double fraction_at_start = -1;  // where an interrupted stage went on
    double fraction = 0;            // of all its epochs
    std::int64_t epoch = 0, epochs = 0;
    std::string numbers;  // of its last finished epoch
  };

  void redraw();
  void clear_line();
  void print(const std::string& line);

  const bool terminal_, quiet_;
  const std::set<std::string> cached_;
  std::mutex mutex_;
  std::map<std::string, Stage> stages_;
  Clock::time_point last_draw_{};
  bool drawn_ = false;
};

}  // namespace glia::cli
