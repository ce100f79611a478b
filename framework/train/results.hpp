// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace glia::train {

/// A head after one epoch.
struct CurvePoint {
  std::int64_t epoch = 0;    ///< from 1
  double train_loss = 0;     ///< mean over the epoch's samples, while the weights were changing
  double test_accuracy = 0;  ///< in [0, 1]
  double test_loss = 0;
};

struct HeadResult {
  double test_accuracy = 0;  ///< after the last epoch
  double test_loss = 0;
  bool collapsed = false;       ///< one and the same class for every test sample
  std::int64_t parameters = 0;  ///< trained scalars of the head and its networks
  std::vector<CurvePoint> curve;
};

struct EncoderResult {
  std::vector<std::pair<std::int64_t, double>> train_loss;  ///< epoch, loss per sample
};

struct StageResult {
  double seconds = 0;
  bool reused = false;  ///< taken from an earlier checkpoint
};

/// What a run found, by node id and by stage name.
struct Results {
  std::string status = "ok";  ///< "ok" | "failed" | "interrupted"
  std::string error;
  std::string pipeline;
  std::uint64_t seed = 0;
  std::map<std::string, HeadResult> heads;
  std::map<std::string, EncoderResult> encoders;
  std::map<std::string, StageResult> stages;
};

}  // namespace glia::train
