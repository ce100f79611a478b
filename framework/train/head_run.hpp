// SPDX-License-Identifier: MIT
#pragma once

#include "graph/stages.hpp"
#include "results/results.hpp"
#include "train/encoding.hpp"
#include "train/environment.hpp"
#include "train/head_path.hpp"
#include "train/joint.hpp"
#include "train/trainable.hpp"
#include "train/trainer.hpp"
#include "wave/network.hpp"

#include <glia/sdk/head.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace glia::train {

class RowRecorder;

/// What one stage trains: a head alone, with copies of its own of the networks on its path, or the
/// heads of a training, which share theirs.
struct HeadPlan {
  std::string id;  ///< of the head or the training; keys its parameters' start
  const config::TrainSpec& train;
  const graph::Path& nodes;
  std::vector<const config::HeadNode*> heads;
  std::vector<double> weights;  ///< of their losses
  bool together = false;        ///< whether it is a training

  static HeadPlan of(const Environment& environment, const config::HeadNode& head);
  static HeadPlan of(const Environment& environment, const config::TrainingNode& training);
};

/// Heads with their networks, over frozen latents or over those of an encoder that is trained
/// jointly.
class HeadRun {
 public:
  /// All arguments must outlive the object. `epochs`: not null when the encoder is trained jointly;
  /// then `latents` are its, and change from epoch to epoch. `augmented`: not null when training
  /// samples are augmented and the encoder is trained by then.
  HeadRun(const Environment& environment, const graph::Stage& stage, HeadPlan plan,
          const Encoded& latents, EpochLatents* epochs, const AugmentedCode* augmented = nullptr);
  ~HeadRun();

  /// Trains, testing after every epoch; writes to the results of its heads only. True if an earlier
  /// run had done it all.
  bool train(std::map<std::string, results::HeadResult>& results);

  /// Takes up what an earlier run has trained. Error (data) if it has not come to its end.
  void restore();

  /// Measures what has been trained by all that the head asks for; accuracy and loss of the test
  /// and validation splits stand in the curve, and `score` measures them again.
  void measure(const config::HeadNode& head, Split split, results::HeadResult& result) const;
  results::Measurement score(const config::HeadNode& head, Split split) const;

  /// The last rows of a split's samples [N, cells], in their order, and what reads them.
  at::Tensor rows(const config::HeadNode& head, Split split) const;
  /// Every row on the head's path with the name of what left it, [N, cells], of the first test
  /// samples (1,024 at most): the encoder's first.
  std::vector<std::pair<std::string, at::Tensor>> all_rows(const config::HeadNode& head) const;
  const Head& head(const config::HeadNode& head) const { return *heads_.at(place_of(head)); }

  /// Tests what has been trained with its weights damaged, as a head's `damage` says.
  /// [thread-safe: one after the other]
  void damage(const config::HeadNode& head, results::HeadResult& result, Split split = Split::test);

  /// What its checkpoint says of itself (see description.hpp).
  Description description() const;

 private:
  void build_networks();
  void build_heads();
  HeadPath path_of(std::size_t head) const;
  void run_epochs();
  void record(std::int64_t epoch);
  const std::vector<results::RowEpoch>& rows_of(std::size_t head) const;
  std::size_t place_of(const config::HeadNode& head) const;
  void tell(std::size_t head, results::HeadResult& result) const;
  std::int64_t parameters_of(std::size_t head) const;

  const Environment& env_;
  HeadPlan plan_;
  const Encoded& latents_;
  EpochLatents* epochs_;
  const AugmentedCode* augmented_;
  ParameterSet parameters_;
  std::map<std::string, std::shared_ptr<const wave::Network>> networks_;  // by id
  std::vector<std::unique_ptr<Head>> heads_;
  std::unique_ptr<Trainable> trainable_;
  std::unique_ptr<Trainer> trainer_;
  std::vector<std::unique_ptr<RowRecorder>> recorders_;  // of each head; null: rows not recorded
  std::mutex damaging_;
};

}  // namespace glia::train
