// SPDX-License-Identifier: MIT
#pragma once

#include "apply/trained_run.hpp"

#include <glia/sdk/shape.hpp>

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

namespace glia::picture {

/// A row of cells with what each of them carries.
struct WaveRow {
  std::string name;  ///< "latent", "gather", "elu"
  Shape shape;
  std::vector<float> values;  ///< row by row of a sheet
};

/// A wave travelling through a trained head for one input.
struct Wave {
  std::string title;  ///< "sample 3 of test, head names"
  std::string truth;  ///< the class that it is; "" where that is not known
  WaveRow input;
  std::vector<WaveRow> rows;         ///< the encoder's first
  bool classified = false;           ///< `answers` are probabilities of classes, else values
  std::vector<std::string> columns;  ///< names of classes, or "0", "1" ... of values
  std::vector<float> answers;        ///< one for each
  std::size_t given = 0;             ///< the class that is given
};

/// What every row of cells carries for inputs [1, features] without chance: the code's mean, no
/// disturbance. Error (data) if the encoder does not take them.
Wave wave_of(const apply::TrainedRun& run, const config::HeadNode& head, const at::Tensor& inputs,
             const std::string& source);

}  // namespace glia::picture
