// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glia::report {

inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// One epoch of a head. Accuracies are fractions in [0, 1]; losses are per sample.
struct CurvePoint {
  std::int64_t epoch = 0;  ///< from 1
  double train_loss = unknown;
  double test_accuracy = unknown;
  double test_loss = unknown;
  double seconds = 0;  ///< wall clock of this epoch
};

struct HeadResult {
  double test_accuracy = unknown;
  double test_loss = unknown;
  bool collapsed = false;  ///< gives one answer to every sample
  std::int64_t parameters = 0;
  std::vector<CurvePoint> curve;
  double chance = unknown;  ///< accuracy of guessing (0.1 for ten classes of one size)
};

struct EncoderResult {
  std::vector<std::pair<std::int64_t, double>> train_loss;  ///< epoch, loss per sample
};

struct StageResult {
  double seconds = 0;
  bool reused = false;  ///< taken from an earlier run
};

/// Everything that a run found out. The maps go by node or stage id.
struct Results {
  std::string status = "ok";  ///< "ok" | "failed" | "interrupted"
  std::string error;          ///< why it failed; else empty
  std::string pipeline;
  std::uint64_t seed = 0;
  std::map<std::string, HeadResult> heads;
  std::map<std::string, EncoderResult> encoders;
  std::map<std::string, StageResult> stages;
};

/// The text of results.json. What stands under "heads" and "encoders" holds no times: equal numbers
/// give equal bytes. Seconds per epoch stand under "epoch_seconds". NaN and infinity become null.
GLIA_API std::string to_json(const Results& results);

/// Reads it back; null becomes NaN, and unknown keys are left to newer versions. Error (data) says
/// where in the text the value is that cannot be right ("heads.astrocytes.curve[2].epoch").
GLIA_API Results from_json(std::string_view text);

/// The text of results.csv: one line per head, after a line of names; unknown numbers are empty.
/// Quoted as RFC 4180 says; lines end in a single line feed.
GLIA_API std::string to_csv(const Results& results);

}  // namespace glia::report
