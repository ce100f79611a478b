// SPDX-License-Identifier: MIT
#pragma once

#include "policy/arena.hpp"
#include "policy/method.hpp"
#include "policy/student.hpp"
#include "policy/train_table.hpp"
#include "results/results.hpp"
#include "train/checkpoint.hpp"
#include "train/optimizer.hpp"
#include "train/stage_work.hpp"
#include "wave/network.hpp"

#include <glia/sdk/parameters.hpp>
#include <glia/sdk/task.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace glia::policy {

/// Trains one policy, generation by generation, and tests it at the end. One that is stopped, killed
/// and resumed at any generation gives the same numbers.
class PolicyRun {
 public:
  explicit PolicyRun(const train::StageWork& work);
  ~PolicyRun();

  /// Writes to the policy's own entry of the results. True if an earlier run had trained it.
  bool run();

 private:
  std::vector<std::shared_ptr<const wave::Network>> build_networks(ParameterSet& parameters) const;
  train::Frozen start(ParameterSet& parameters) const;
  void choose_start();
  void train();
  void train_generation();
  Played play_validation(std::uint64_t number);
  void keep(const Played& played);
  void judge(const Played& played);
  bool finished_early() const;
  void finish();
  void save();
  bool checkpoint_due();
  void tell(const results::CurvePoint& point, std::int64_t steps) const;
  void fill_curve();
  void test();

  const train::StageWork& work_;
  const graph::Path& path_;
  PolicyTrain settings_;
  results::HeadResult& result_;
  std::unique_ptr<Task> task_;
  ParameterSet parameters_;
  std::vector<std::shared_ptr<const wave::Network>> networks_;
  train::Frozen frozen_;
  std::unique_ptr<train::FlatParameters> flat_;
  std::unique_ptr<Student> student_;
  std::unique_ptr<Method> method_;
  std::unique_ptr<train::Optimizer> optimizer_;
  std::unique_ptr<Arena> validation_;
  train::Checkpoint checkpoint_;
  train::TrainingState state_;
  std::chrono::steady_clock::time_point last_checkpoint_ = std::chrono::steady_clock::now();
};

}  // namespace glia::policy
