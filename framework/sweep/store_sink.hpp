// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/folder.hpp"
#include "sweep/kept_trials.hpp"
#include "sweep/sink.hpp"

#include <chrono>
#include <string>

namespace glia::sweep {

class Growth;

/// Leaves everything in the sweep's store; writes its files now and then. [one thread]
class StoreSink final : public Sink {
 public:
  /// `growth` of a sweep that learns, or nullptr.
  StoreSink(Folder& folder, Growth* growth);

  std::int64_t begin(std::size_t trial, std::int64_t pid) override;
  void finish(const Outcome& outcome) override;
  void finish_attempt(const Outcome& outcome) override;
  bool rung(std::size_t trial, std::int64_t epoch, double accuracy, std::int64_t factor) override;
  bool flush() override;

 private:
  using Clock = std::chrono::steady_clock;

  Folder& folder_;
  Growth* growth_;
  KeptTrials kept_;
  std::string host_;
  bool changed_ = false;
  Clock::time_point next_files_{};
};

}  // namespace glia::sweep
