// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/best.hpp"

#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

namespace glia::sweep {

/// What points are and what came of them, as a forest sees them.
struct Observations {
  /// Of a setting that a point does not have.
  static constexpr double absent = -std::numeric_limits<double>::infinity();

  std::vector<std::vector<double>> features;  ///< [axes][points]; only their order counts
  std::vector<double> objective;              ///< [points]; only their order counts

  std::size_t points() const { return objective.size(); }
};

/// How much each axis has to do with the differences between points.
struct Importances {
  std::vector<double> shares;  ///< [axes], sum 1; all 0 where nothing is found
  double explained = 0;  ///< R2 of the forest on points that its trees have not seen, 1 at most
};

inline constexpr std::size_t least_points = 8;  ///< fewer say nothing

/// Permutation importance (Breiman, "Random forests", Machine Learning 45, 2001): a forest of
/// regression trees learns the ranks of the objective; an axis counts by how much worse a tree gets
/// on the points left out of its sample when their values on this axis are shuffled. Ranks, so that
/// no point that went to pieces outweighs all others; left out, so that what is learned by heart
/// counts nothing. The same numbers whatever the machine. Nothing for fewer than `least_points`.
std::optional<Importances> importances(const Observations& seen);

/// Of the axes of a sweep's plan, over its ranked points: a number counts as such, other values by
/// their place in the axis.
Observations observations(const Plan& plan, const Ranking& ranking);

}  // namespace glia::sweep
