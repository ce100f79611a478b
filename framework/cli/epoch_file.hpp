// SPDX-License-Identifier: MIT
#pragma once

#include "train/progress.hpp"

#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <string>

namespace glia::cli {

/// epochs.csv in a run's folder: grows by a line after every epoch, so that curves can be drawn
/// while the run goes on. Tells another progress everything as well. An epoch that was trained again
/// after a run was killed is not written twice: its numbers are the same. [thread-safe]
class EpochFile final : public train::Progress {
 public:
  /// Goes on with the file if there is one. A disk that is full stops the lines, not the run.
  EpochFile(const std::filesystem::path& folder, train::Progress& next);

  void stage_begins(const std::string& stage) override { next_.stage_begins(stage); }
  void batch(const std::string& stage, std::int64_t epoch, std::int64_t epochs, std::uint64_t done,
             std::uint64_t total) override {
    next_.batch(stage, epoch, epochs, done, total);
  }
  void epoch(const train::EpochReport& report) override;
  void resumes(const std::vector<train::EpochReport>& before) override;
  void stage_ends(const std::string& stage, double seconds, bool reused) override {
    next_.stage_ends(stage, seconds, reused);
  }

 private:
  /// Stage, head and epoch as they stand at the beginning of a line.
  using Key = std::string;
  void write(const train::EpochReport& report);

  train::Progress& next_;
  std::mutex mutex_;
  std::set<Key> written_;
  std::ofstream file_;
};

}  // namespace glia::cli
