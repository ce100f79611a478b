// SPDX-License-Identifier: MIT
#pragma once

#include "sweep/outcome.hpp"
#include "sweep/plan.hpp"

#include <optional>
#include <string>
#include <vector>

namespace glia::sweep {

/// What is wrong with such an objective, in one sentence, or nullptr: it must be HEAD.METRIC, not
/// of the test split, with a goal that is known ("maximize", "minimize", or "auto" where it follows
/// from the metric's name).
const char* objective_problem(const std::string& text, const std::string& goal);

/// Of texts without a problem.
Objective parse_objective(const std::string& text, const std::string& goal);

/// By what the trials of a sweep are compared: `wanted` or, where it is empty, what its sampler
/// looks for, or else the only head's validation accuracy. Error (usage) for what cannot be.
Objective objective_for(const Plan& plan, const std::string& wanted);

/// What to go by instead of a metric that nobody reports: the one that was meant or, after `who`
/// ("it reports"), all that there are; those of single classes, `of_class`, by an example.
std::string instead_of(const std::string& metric, const char* who,
                       const std::vector<std::string>& known,
                       const std::vector<std::string>& of_class);

/// What a head is for, on validation, as its part of a trial's results says (JSON).
Objective own_objective(const std::string& head, const std::string& json);

/// The number that a trial's head reports; nothing if it has not come so far or is no number. Error
/// (configuration) if a trial that went well does not report it.
std::optional<double> objective_of(const Objective& objective, const Outcome& outcome);

}  // namespace glia::sweep
