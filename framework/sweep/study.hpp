// SPDX-License-Identifier: MIT
#pragma once

#include "config/sweep_spec.hpp"
#include "sweep/sampler.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace glia::sweep {

/// A point that has ended, all its trials.
struct EndedPoint {
  std::optional<double> value;  ///< of the objective; nothing if no trial has one
};

/// A sampler and the points that it has suggested: tells it results and asks it for more so that
/// every point follows from the same results however many workers there are, and whether the sweep
/// was cut off and resumed or not. [one thread]
class Study {
 public:
  /// With the sampler that the spec names; it must outlive the study. Error (configuration).
  explicit Study(const config::SweepSpec& spec);
  /// With this one.
  explicit Study(std::unique_ptr<Sampler> sampler);

  AxisTable& table() { return sampler_->table(); }
  const std::vector<PlanAxis>& axes() const { return sampler_->table().axes(); }
  const std::optional<Learning>& learning() const { return learning_; }
  std::optional<Objective> judged_by() const { return sampler_->judged_by(); }
  const std::vector<Point>& points() const { return points_; }

  /// A point that was suggested before the sweep was cut off.
  void restore(Point point) { points_.push_back(std::move(point)); }
  /// The points that can be suggested now. `ended`: per point, once it has ended; may be shorter.
  std::vector<Point> more(const std::vector<std::optional<EndedPoint>>& ended);
  /// The sampler has no more points, whatever results come.
  bool is_complete() const { return complete_; }

 private:
  std::unique_ptr<Sampler> sampler_;
  std::optional<Learning> learning_;
  std::vector<Point> points_;
  std::size_t told_ = 0;
  bool complete_ = false;
};

}  // namespace glia::sweep
