// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/metric.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace glia::train {

/// Where training is; `stage` as named in the plan.
struct EpochReport {
  std::string stage;
  std::string head;        ///< id of the head that this is about; empty: an encoder
  std::int64_t epoch = 0;  ///< from 1
  std::int64_t epochs = 0;
  bool last = false;                            ///< the training has ended with it
  double train_loss = 0;                        ///< per sample
  Metric objective{"accuracy", true, "share"};  ///< of a head: what is called accuracy here
  std::optional<double> test_accuracy{};
  std::optional<double> validation_accuracy{};
  double seconds = 0;        ///< of this epoch
  std::int64_t samples = 0;  ///< trained in this epoch
};

/// Told what a run does. [thread-safe: stages run side by side]
class Progress {
 public:
  virtual ~Progress();
  virtual void stage_begins(const std::string& stage) = 0;
  /// After every batch: `done` of `total` batches of an epoch. Must be cheap.
  virtual void batch(const std::string& stage, std::int64_t epoch, std::int64_t epochs,
                     std::uint64_t done, std::uint64_t total) = 0;
  virtual void epoch(const EpochReport& report) = 0;
  /// A stage goes on where it was; these epochs have been told of before, unless a process was
  /// killed in between.
  virtual void resumes(const std::vector<EpochReport>&) {}
  virtual void stage_ends(const std::string& stage, double seconds, bool reused) = 0;
};

}  // namespace glia::train
