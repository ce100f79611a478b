// SPDX-License-Identifier: MIT
#pragma once

#include "results/files.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace glia::report {

/// Accuracy at one level of damage, over all draws of all runs.
struct DamageLevel {
  double level = 0;
  std::size_t n = 0;
  double median = 0, q1 = 0, q3 = 0, lowest = 0, highest = 0;
};

/// The levels of one kind ("weight_noise" or "weight_loss"), ascending.
std::vector<DamageLevel> damage_levels(const std::vector<const results::HeadResult*>& runs,
                                       const std::string& kind);

/// What the levels of a kind measure, as the label of an axis.
std::string damage_label(const std::string& kind);

/// kind,series,level,draws,median,q1,q3,lowest,highest,head: the series is the place (from 1) among
/// the heads that were damaged in this way; "" if none was.
std::string damage_levels_csv(const results::Results& results);

/// A panel for each kind of damage, a line with a band for each head, as a file in SVG.
std::string damage_chart(const results::Results& results, const std::string& title);

}  // namespace glia::report
