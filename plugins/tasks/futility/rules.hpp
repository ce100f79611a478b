// SPDX-License-Identifier: MIT
// What a fish may go by that is no network: a filter that knows how the world is made, and one that
// adds up failures.
#pragma once

#include "world.hpp"

#include <algorithm>
#include <cmath>

namespace glia_futility {

/// The belief that swimming works, by Bayes' rule. Swims while it is above a threshold, and tries
/// again after some time of rest. Threshold and rest are those of the highest return on a grid.
class BayesFilter {
 public:
  bool act(const Config& config, bool swam, double feedback) {
    const double odds = swam ? std::exp((feedback - 0.5) / (config.noise * config.noise)) : 1;
    belief_ = belief_ * odds / (belief_ * odds + 1 - belief_);
    const double hazard = std::min(0.5, config.dt / config.mean);
    belief_ = belief_ * (1 - hazard) + (1 - belief_) * hazard;
    rested_ = swam ? 0 : rested_ + config.dt;
    return belief_ > threshold || rested_ >= rest;
  }

  static constexpr double threshold = 0.25, rest = 15;  // s

 private:
  double belief_ = 0.5, rested_ = 0;
};

/// Failures (0.5 less what is felt) add up and leak away; too many make the fish rest for a time.
class Integrator {
 public:
  bool act(const Config& config, bool swam, double feedback) {
    evidence_ = evidence_ * std::exp(-config.dt / time_constant) + (swam ? 0.5 - feedback : 0);
    evidence_ = std::max(evidence_, 0.0);
    resting_ = resting_ <= 0 && evidence_ > limit ? rest : std::max(resting_ - config.dt, 0.0);
    return resting_ <= 0;
  }

  static constexpr double time_constant = 30, limit = 20, rest = 6;  // s, feedback, s

 private:
  double evidence_ = 0, resting_ = 0;
};

}  // namespace glia_futility
