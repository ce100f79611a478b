// SPDX-License-Identifier: MIT
#pragma once

#include "train/checkpoint.hpp"
#include "train/description.hpp"
#include "train/environment.hpp"
#include "train/frozen.hpp"
#include "train/optimizer.hpp"
#include "train/schedule.hpp"
#include "train/trainable.hpp"

#include <glia/sdk/metric.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace glia::train {

/// What a training visits, and in which order.
struct Course {
  std::int64_t samples = 0;  ///< of the training split
  std::string dataset;       ///< id; all that train on a data set visit it in the same order
  std::uint64_t seed = 1;
  std::vector<std::string> heads{};  ///< ids of heads that are trained together; else empty
  /// What `measure` calls accuracy, of each head.
  std::vector<Metric> objectives{{"accuracy", true, "share"}};
};

/// Trains a `Trainable` epoch by epoch: order of samples, steps, learning rate, checkpoints. What
/// happens between epochs is the caller's:
///
///     trainer.resume();
///     while (!trainer.finished()) {
///       trainer.train_epoch();
///       trainer.finish_epoch({.test = trainable.measure(Split::test, trainer.epoch())});
///     }
///
/// A training that is stopped, killed and resumed at any place gives the same numbers. One with
/// patience ends when the validation loss that it was told has not been lower for so many epochs,
/// and leaves the parameters of the epoch with the lowest.
class Trainer {
 public:
  /// All arguments must outlive the trainer. Error (configuration) if there is nothing to train.
  Trainer(const Environment& environment, const graph::Stage& stage, const config::TrainSpec& train,
          Trainable& trainable, Course course);
  ~Trainer();

  /// What the checkpoint of the finished training says of its tensors.
  void describe(std::function<Description()> description) {
    checkpoint_.describe(std::move(description));
  }

  /// Parameters that stay as they are from now on.
  void freeze(Frozen frozen) { frozen_ = std::move(frozen); }

  /// Takes up what an earlier run left; false if it left nothing.
  bool resume();

  bool finished() const { return state_.complete; }
  /// Whether an earlier run had done it all.
  bool reused() const { return reused_; }
  /// Under way, from 0; when all are done, the one whose parameters are in force: the last one, or
  /// the one that a training with patience keeps.
  std::int64_t epoch() const {
    if (!state_.complete) return state_.epoch;
    return (state_.kept.epoch > 0 ? state_.kept.epoch : state_.epoch) - 1;
  }

  /// Trains the epoch under way, or what is left of it. Error (interrupted) after writing a
  /// checkpoint when a stop was asked for; Error (numeric) when the loss is not finite.
  void train_epoch();

  /// What was found at the end of an epoch.
  struct Found {
    results::Measurement test{}, validation{};
  };
  /// Books the epoch that `train_epoch` has trained, and writes a checkpoint when one is due.
  void finish_epoch(const Found& found);
  /// The same with what was found of each of the course's heads, whose validation losses count as
  /// `weights` say.
  void finish_epoch_of_heads(const std::vector<Found>& found, const std::vector<double>& weights);

  /// Keeps what the rows carried at the start or after the epoch just trained, before it is booked;
  /// those on the path of head `head`, where several are trained together.
  void record(results::RowEpoch rows, std::size_t head = 0);

  const TrainingState& state() const { return state_; }

 private:
  void learn(const graph::Message& message, const Epoch& epoch, Batches batches);
  void book(std::uint64_t batch, double loss_sum);
  void clip(std::uint64_t batch) const;
  [[noreturn]] void fail(const char* what, double value, std::uint64_t batch,
                         const char* hint) const;
  bool checkpoint_due();
  results::CurvePoint point_of(const Found& found, double loss_sum) const;
  const Metric& objective_of(const std::string& head) const;
  EpochReport report_of(const results::CurvePoint& point, const std::string& head) const;
  /// One line and one report for what has been booked last.
  void tell(const results::CurvePoint& point, const std::string& head) const;
  void end_epoch();
  void judge_epoch();
  void leave_kept();

  const Environment& environment_;
  const graph::Stage& stage_;
  const config::TrainSpec& train_;
  Trainable& trainable_;
  Course course_;
  std::unique_ptr<Optimizer> optimizer_;
  Schedule schedule_;
  Checkpoint checkpoint_;
  TrainingState state_;
  Frozen frozen_;
  at::Tensor kept_;  // values at the start of the epoch, where something is frozen
  std::uint64_t batches_;
  std::chrono::steady_clock::time_point epoch_start_;
  std::chrono::steady_clock::time_point last_checkpoint_ = std::chrono::steady_clock::now();
  bool reused_ = false;
};

}  // namespace glia::train
