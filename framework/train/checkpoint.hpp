// SPDX-License-Identifier: MIT
#pragma once

#include "graph/stages.hpp"
#include "results/results.hpp"
#include "train/optimizer.hpp"

#include <glia/sdk/parameters.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace glia::train {

/// How far one of several heads has come that are trained together.
struct HeadState {
  std::string head;     ///< id
  double loss_sum = 0;  ///< as in TrainingState, each for this head
  bool collapsed = false;
  std::vector<results::CurvePoint> curve{};
  std::vector<results::RowEpoch> rows{};
};

/// The epoch whose parameters a training with patience keeps.
struct KeptEpoch {
  std::int64_t epoch = 0;          ///< from 1; 0: none yet
  double loss = results::unknown;  ///< on validation, of all that is trained
  std::vector<bool> collapsed{};   ///< of its test, by head
  /// Parameters and buffers after it. Empty once the training is complete: they are in force then.
  std::vector<std::pair<std::string, at::Tensor>> tensors{};
};

/// How far a training stage has come; with parameters and optimiser state, all that it needs to go
/// on to the numbers of a run that was never stopped.
struct TrainingState {
  bool complete = false;
  std::int64_t epoch = 0;                  ///< epochs finished
  std::uint64_t batch = 0;                 ///< batches done of the epoch under way
  double loss_sum = 0;                     ///< over the samples of those batches
  bool collapsed = false;                  ///< of the last test
  std::vector<results::CurvePoint> curve;  ///< one point per finished epoch
  std::vector<results::RowEpoch> rows;  ///< the start and each finished epoch, if rows are recorded
  /// Where several heads are trained together: what was found of each. `curve` has only the losses
  /// then that were trained on, and their like on validation.
  std::vector<HeadState> heads;
  KeptEpoch kept{};  ///< if it is trained with patience
};

/// Keeps one training stage in one safetensors file: parameters and buffers under their names, the
/// optimiser's state under "optimizer.", those of the epoch that is kept under "kept.", and the rest
/// as metadata.
class Checkpoint {
 public:
  Checkpoint(const std::filesystem::path& folder, const graph::Stage& stage);

  /// What the file of a complete stage says of its tensors (see description.hpp).
  /// Asked only when such a file is written.
  void describe(std::function<std::map<std::string, std::string>()> description) {
    description_ = std::move(description);
  }

  /// Restores parameters, optimiser and state; false if there is no checkpoint of this stage. One
  /// that belongs to other settings is refused, a damaged one is an Error (data).
  bool load(const ParameterSet& parameters, Optimizer& optimizer, TrainingState& state) const;

  /// Whether the stage has been done to its end.
  bool complete() const;

  /// Removes the file; false if there is none.
  bool remove() const;

  /// Replaces the file at once or not at all. A complete stage keeps parameters and buffers
  /// only.
  void save(const ParameterSet& parameters, const Optimizer& optimizer,
            const TrainingState& state) const;

 private:
  std::filesystem::path path_;
  std::string stage_, key_;
  std::function<std::map<std::string, std::string>()> description_;
};

}  // namespace glia::train
