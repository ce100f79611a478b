// SPDX-License-Identifier: MIT
#pragma once

#include "graph/stages.hpp"
#include "results/results.hpp"
#include "train/encoding.hpp"
#include "train/environment.hpp"
#include "train/joint.hpp"
#include "train/trainable.hpp"
#include "train/trainer.hpp"
#include "wave/network.hpp"

#include <glia/sdk/head.hpp>

#include <memory>
#include <vector>

namespace glia::train {

class RowRecorder;

/// A head with copies of its own of the networks on its path, over frozen latents or over those of
/// an encoder that is trained jointly.
class HeadRun {
 public:
  /// All arguments must outlive the object. `epochs`: not null when the encoder is trained jointly;
  /// then `latents` are its, and change from epoch to epoch.
  HeadRun(const Environment& environment, const graph::Stage& stage, const config::HeadNode& node,
          const Encoded& latents, EpochLatents* epochs);
  ~HeadRun();

  /// Trains, testing after every epoch. True if an earlier run had done it all.
  bool train(results::HeadResult& result);

  /// Tests what has been trained with its weights damaged, as the head's `damage` says.
  void damage(results::HeadResult& result);

 private:
  void run_epochs();
  void measure(Split split, results::HeadResult& result) const;
  void tell(results::HeadResult& result) const;

  const Environment& env_;
  const config::HeadNode& node_;
  const graph::Chain& chain_;
  const Encoded& latents_;
  EpochLatents* epochs_;
  ParameterSet parameters_;
  std::vector<std::unique_ptr<wave::Network>> networks_;
  std::unique_ptr<Head> head_;
  std::unique_ptr<Trainable> trainable_;
  std::unique_ptr<Trainer> trainer_;
  std::unique_ptr<RowRecorder> recorder_;
};

}  // namespace glia::train
