// SPDX-License-Identifier: MIT
#pragma once

#include "core/permutation.hpp"
#include "graph/graph_plan.hpp"
#include "train/checkpoint.hpp"
#include "train/environment.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace glia::train {

/// Epochs over a batch graph, for encoders and heads alike: order, resuming, checkpoints, NaN
/// watch.
///
/// The caller gives the plan of one epoch; the last node of its training region calls `learn`, or
/// `book` if it learns by itself. The plan must train in a region, so that batch t+1 meets the
/// parameters that batch t left. A message stands for one batch, or for several in a row.
class TrainingLoop {
 public:
  TrainingLoop(const Environment& environment, const graph::Stage& stage,
               const config::TrainSpec& train, const ParameterSet& parameters, std::int64_t samples,
               std::string dataset, std::uint64_t seed, std::uint64_t batches_per_message = 1);

  /// For a plan that keeps parameters and optimiser state elsewhere while it trains: `loaded` is
  /// called when they have been restored here, `saving` before they are saved from here.
  void keep_state_elsewhere(std::function<void()> loaded, std::function<void()> saving);

  /// Calls `before` with the number of each epoch (from 0) before it begins, or of the last one if
  /// nothing is left to do, and `after` when it has been trained, before its test. Either may be
  /// empty.
  void around_epochs(std::function<void(std::int64_t)> before,
                     std::function<void(std::int64_t)> after);

  /// Called before the first epoch and after each; what it finds is kept in the state.
  void record_rows(std::function<RowEpoch(std::int64_t epoch)> record);

  /// What the test of an epoch found.
  struct Test {
    double accuracy = 0, loss = 0;
    bool collapsed = false;
  };

  /// Runs all epochs that are left. `test` (may be empty) runs after each. Returns the final state;
  /// throws Error (interrupted) after saving a checkpoint when a stop was asked for.
  TrainingState run(const graph::GraphPlan& epoch_plan, const std::function<Test()>& test);

  /// Whether everything was done in an earlier run, so nothing was trained.
  bool reused() const { return reused_; }

  /// What has been trained up to now, also after `run` has thrown. [not during `run`]
  const TrainingState& state() const { return state_; }

  /// Epoch under way, from 0.
  std::int64_t epoch() const { return state_.epoch; }
  struct Batches {
    std::uint64_t first, last;  ///< last is not one of them
  };
  /// What message `message` of the epoch stands for. [thread-safe within an epoch]
  Batches batches(std::uint64_t message) const;
  /// Samples of batch `number`. [thread-safe within an epoch]
  std::vector<std::uint32_t> batch(std::uint64_t number) const;
  std::uint64_t key(std::uint64_t number) const;
  /// Of message `number` of a test: of the epoch under way, or of the last one when all are done.
  std::uint64_t test_key(std::uint64_t number) const;
  /// Of the step of batch `number`, as the schedule has it.
  double learning_rate(std::uint64_t number) const;
  Optimizer& optimizer() { return *optimizer_; }

  /// Differentiates `loss`, steps the optimiser and books the loss. `loss` stands for
  /// `loss * weight` summed over the samples of batch `number`. Error (numeric) when it is not
  /// finite. [serial, in the order of numbers]
  void learn(std::uint64_t number, const at::Tensor& loss, double weight);

  /// The same for a loss and gradients, in the order of the parameters, that the caller has.
  void learn(std::uint64_t number, double loss_sum, const std::vector<at::Tensor>& gradients);

  /// Books batch `number` with its loss, summed over the samples. Error (numeric) when that is not
  /// finite. [serial, in the order of numbers]
  void book(std::uint64_t number, double loss_sum);

 private:
  void run_epoch(const graph::GraphPlan& plan);
  bool checkpoint_due();
  void save();
  EpochReport report_of(const CurvePoint& point) const;
  void finish_epoch(const std::function<Test()>& test);

  const Environment& environment_;
  const graph::Stage& stage_;
  const config::TrainSpec& train_;
  const ParameterSet& parameters_;
  std::vector<at::Tensor> tensors_;  // the parameters, as autograd wants them
  std::unique_ptr<Optimizer> optimizer_;
  Checkpoint checkpoint_;
  TrainingState state_;
  std::int64_t samples_;
  std::string dataset_;
  std::uint64_t seed_;
  std::uint64_t batches_;
  std::uint64_t batches_per_message_;
  std::uint64_t per_message_ = 1;  // in the epoch under way
  std::optional<Permutation> order_;
  std::function<void()> loaded_, saving_;
  std::function<void(std::int64_t)> before_, after_;
  std::function<RowEpoch(std::int64_t)> record_;
  std::chrono::steady_clock::time_point epoch_start_;
  std::chrono::steady_clock::time_point last_checkpoint_ = std::chrono::steady_clock::now();
  bool reused_ = false;
};

}  // namespace glia::train
