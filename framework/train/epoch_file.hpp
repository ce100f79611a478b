// SPDX-License-Identifier: MIT
#pragma once

#include "train/progress.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <string>

namespace glia::train {

/// epochs.csv in a run's folder: grows by a line after every epoch, so that curves can be drawn
/// while the run goes on. Tells another progress everything as well. An epoch that was trained again
/// after a run was killed is not written twice: its numbers are the same. What trials shorter than
/// `patience` write is not worth a file: it appears then, with all lines up to then. [thread-safe]
class EpochFile final : public Progress {
 public:
  /// Goes on with the file if there is one. A disk that is full stops the lines, not the run.
  EpochFile(std::filesystem::path folder, Progress& next,
            std::chrono::milliseconds patience = std::chrono::milliseconds(0));

  void stage_begins(const std::string& stage) override { next_.stage_begins(stage); }
  void batch(const std::string& stage, std::int64_t epoch, std::int64_t epochs, std::uint64_t done,
             std::uint64_t total) override {
    next_.batch(stage, epoch, epochs, done, total);
  }
  void epoch(const EpochReport& report) override;
  void resumes(const std::vector<EpochReport>& before) override;
  void stage_ends(const std::string& stage, double seconds, bool reused) override {
    next_.stage_ends(stage, seconds, reused);
  }

 private:
  /// Stage, head and epoch as they stand at the beginning of a line.
  using Key = std::string;
  void write(const EpochReport& report);
  void open();

  std::filesystem::path folder_;
  Progress& next_;
  std::chrono::steady_clock::time_point opens_;
  std::mutex mutex_;  ///< of all below
  std::set<Key> written_;
  std::string waiting_;  ///< lines that are not in a file yet
  std::ofstream file_;
};

}  // namespace glia::train
