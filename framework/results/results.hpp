// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/metric.hpp>

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace glia::results {

inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// One epoch of a head. What is called accuracy here is the head's objective, whatever its name (see
/// `HeadResult::own_metrics`); losses are per sample.
struct CurvePoint {
  std::int64_t epoch = 0;  ///< from 1
  double train_loss = unknown;
  double test_accuracy = unknown;
  double test_loss = unknown;
  double seconds = 0;                    ///< wall clock of this epoch
  double validation_accuracy = unknown;  ///< where samples are kept for validation
  double validation_loss = unknown;
};

/// A row of cells on a head's path: the latent row, or what a step left.
struct RowName {
  std::string step;  ///< encoder's id, wave plugin's id, activation, "skip"
  std::int64_t cells = 0;
};

/// Rows of a head's path after an epoch (0: at the start), in order.
struct RowEpoch {
  std::int64_t epoch = 0;
  std::vector<double> signal;    ///< RMS over samples and cells, each cell about its mean
  std::vector<double> gradient;  ///< RMS over samples and cells of d loss(sample) / d cell
};

/// What a trained network still does when its weights are damaged so far.
struct DamageResult {
  std::string kind;  ///< "weight_noise" | "weight_loss"
  double level = 0;
  std::vector<double> accuracies;  ///< one per draw
};

/// What a head declares that says nothing else: the share of right answers.
inline std::vector<Metric> usual_metrics() { return {{"accuracy", true, "share"}}; }

struct HeadResult {
  /// As the head declares them; the first is its objective.
  std::vector<Metric> own_metrics = usual_metrics();
  double test_accuracy = unknown;
  double test_loss = unknown;
  double validation_accuracy = unknown;  ///< where samples are kept for validation
  double validation_loss = unknown;
  bool collapsed = false;       ///< gives one answer to every sample
  std::int64_t kept_epoch = 0;  ///< whose parameters were kept (patience); 0: the last one's
  std::int64_t parameters = 0;
  std::vector<CurvePoint> curve;
  std::vector<RowName> rows;         ///< if they were recorded (record_rows)
  std::vector<RowEpoch> row_epochs;  ///< one per epoch, from epoch 0
  std::vector<DamageResult> damage;  ///< level by level, if it was damaged
  /// What else it was measured by at the end: split -> metric -> value (see train/metric.hpp).
  std::map<std::string, std::map<std::string, double>> metrics{};
  /// split -> counts[label][class given]; for classes only.
  std::map<std::string, std::vector<std::vector<std::int64_t>>> confusion{};
  double chance = unknown;  ///< accuracy of guessing (0.1 for ten classes of one size)

  const Metric& objective() const { return own_metrics.front(); }
};

struct EncoderResult {
  std::vector<std::pair<std::int64_t, double>> train_loss;         ///< epoch, loss per sample
  std::vector<std::pair<std::int64_t, double>> validation_loss{};  ///< if trained with patience
  std::int64_t kept_epoch = 0;  ///< whose parameters were kept (patience); 0: the last one's
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

}  // namespace glia::results
