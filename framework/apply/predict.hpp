// SPDX-License-Identifier: MIT
#pragma once

#include "apply/trained_run.hpp"

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace glia::apply {

/// What a head says to some samples.
struct Prediction {
  /// Names of the columns of `answers`: classes; of a value what its table calls the target, of
  /// others "0", "1" ...
  std::vector<std::string> columns;
  bool classified = false;  ///< `answers` are probabilities of classes, else values
  at::Tensor answers;       ///< [N, columns] float32
  at::Tensor labels{};      ///< [N] (int64): the class given; undefined for values
  at::Tensor rows{};        ///< [N, cells]: the last row of cells
};

/// The answers to the samples of a split. Error (data) if they are none that the encoder takes.
Prediction predict(const TrainedRun& run, const config::HeadNode& head,
                   const train::LoadedData& data, Split split);

/// Error (data) if the inputs [N, features] are not finite, or not what the head's encoder takes;
/// `source` is what they come from.
void require_takes(const TrainedRun& run, const config::HeadNode& head, const at::Tensor& inputs,
                   const std::string& source);

/// What classes are called: their names, or their numbers.
std::vector<std::string> class_names(const SampleSpec& data);

}  // namespace glia::apply
