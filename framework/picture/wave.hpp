// SPDX-License-Identifier: MIT
#pragma once

#include "apply/trained_run.hpp"

#include <glia/sdk/shape.hpp>

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace glia::picture {

/// A row of cells with what each of them carries.
struct WaveRow {
  std::string name;  ///< "latent", "gather", "elu"
  Shape shape{};
  std::vector<std::vector<float>> values{};  ///< by sample, row by row of a sheet
  std::optional<std::size_t> step{};         ///< its number on the head's path, 0: the encoder's
};

/// What goes in, and what comes out.
struct WaveSample {
  std::string name{};            ///< "sample 3"
  std::string truth{};           ///< the class that it is; "" where that is not known
  std::vector<float> answers{};  ///< one per column
  std::size_t given = 0;         ///< the class that is given
};

/// A connection of a compiled network on its way over the cells.
struct WaveWay {
  std::vector<std::pair<std::size_t, std::int64_t>> cells{};  ///< step of a row, cell in it
  std::size_t crossing = 0;  ///< the one of `cells` that takes up the weight
  double weight = 0;
  std::string color{};
};

/// A wave travelling through a trained head, for one sample or several side by side.
struct Wave {
  std::string title{};  ///< data, split, n, head and what the numbers are
  std::string note{};   ///< what else is to be known of a row; may be empty
  std::vector<WaveSample> samples{};
  std::vector<WaveRow> rows{};         ///< the input first, then the encoder's
  bool classified = false;             ///< answers are probabilities of classes, else values
  std::vector<std::string> columns{};  ///< names of classes, or "0", "1" ... of values
  std::vector<WaveWay> ways{};         ///< drawn over the rows
};

struct WaveWish {
  bool saliency = false;      ///< rows of gradients behind the input and the latent row
  std::string saliency_of{};  ///< the class, or the number of the value; "": each sample's answer
};

/// What every row of cells carries for inputs [N, features] without chance: the code's mean, no
/// disturbance. Saliency is the derivative of the log probability of a class (of a value, where
/// nothing is classified) by each number of the input, and by each latent. Error (data) if the
/// encoder does not take them, (usage) for a class that there is not, or where nothing can be
/// differentiated.
Wave wave_of(const apply::TrainedRun& run, const config::HeadNode& head, const at::Tensor& inputs,
             const std::string& source, const WaveWish& wish = {});

/// The first line of `wave_csv`.
inline constexpr const char* wave_csv_header = "sample,row,name,cell,value\n";

/// sample,row,name,cell,value: every number of the picture, rows from the input (0) to the answer,
/// whose cells are named by class.
std::string wave_csv(const Wave& wave);

}  // namespace glia::picture
