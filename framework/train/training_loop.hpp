// SPDX-License-Identifier: MIT
#pragma once

#include "graph/graph_plan.hpp"
#include "train/checkpoint.hpp"
#include "train/environment.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace glia::train {

/// Epochs over a batch graph, for encoders and heads alike: order, resuming, checkpoints, NaN
/// watch.
///
/// The caller gives the plan of one epoch; the last node of its training region calls `learn`. The
/// plan must train in a region, so that batch t+1 meets the parameters that batch t left.
class TrainingLoop {
 public:
  TrainingLoop(const Environment& environment, const graph::Stage& stage,
               const config::TrainSpec& train, const ParameterSet& parameters, std::int64_t samples,
               std::string dataset);

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
  /// Samples of batch `number`, as indices [B]. [thread-safe within an epoch]
  at::Tensor batch(std::uint64_t number) const;
  std::uint64_t key(std::uint64_t number) const;

  /// Differentiates `loss`, steps the optimiser and books the loss. `loss` stands for
  /// `loss * weight` summed over the samples of batch `number`. Error (numeric) when it is not
  /// finite. [serial, in the order of numbers]
  void learn(std::uint64_t number, const at::Tensor& loss, double weight);

 private:
  void run_epoch(const graph::GraphPlan& plan);
  bool checkpoint_due();
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
  std::uint64_t batches_;
  at::Tensor order_;
  std::chrono::steady_clock::time_point epoch_start_;
  std::chrono::steady_clock::time_point last_checkpoint_ = std::chrono::steady_clock::now();
  bool reused_ = false;
};

}  // namespace glia::train
