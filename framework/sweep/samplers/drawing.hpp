// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/objective.hpp"

#include <glia/sdk/schema.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace glia::sweep {

/// What every sampler has that draws points until it has so many.
struct DrawingSettings {
  std::int64_t trials = 1;
  std::int64_t sampling_seed = 1;
  std::string objective, goal = "auto";

  /// What its points are to be compared by, which they do not depend on.
  std::optional<Objective> judged_by() const {
    if (objective.empty()) return std::nullopt;
    return parse_objective(objective, goal);
  }
};

inline constexpr double most_drawn = 1e6;
inline constexpr const char* trials_doc =
    "How many trials there are in all; with several seeds each point takes one for each.";
inline constexpr const char* sampling_seed_doc =
    "The points follow from it; more samples keep the first ones.";

inline constexpr const char* goal_doc =
    "auto: as the metric declares; a loss or an error is minimized, an accuracy maximized.";

inline constexpr auto drawing_schema = glia::schema<DrawingSettings>(
    glia::field(&DrawingSettings::trials, "trials").required().range(1, most_drawn).doc(trials_doc),
    glia::field(&DrawingSettings::sampling_seed, "sampling_seed")
        .at_least(0)
        .doc(sampling_seed_doc),
    glia::field(&DrawingSettings::objective, "objective")
        .doc("What `glia best` and reports compare points by, HEAD.METRIC: "
             "\"digit.validation_accuracy\"; the points do not depend on it. Left out, what the "
             "only head is for."),
    glia::field(&DrawingSettings::goal, "goal")
        .choices("auto", "maximize", "minimize")
        .doc(goal_doc),
    glia::rule<DrawingSettings>([](const DrawingSettings& s) -> const char* {
      return s.objective.empty() ? nullptr : objective_problem(s.objective, s.goal);
    }));

}  // namespace glia::sweep
