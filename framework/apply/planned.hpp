// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace glia::apply {

/// A stage as the plan of a run has it.
struct PlannedStage {
  std::string key, identity;
};

/// From the plan.json of a run's folder; nothing where it has no plan, as trials that a sweep keeps, or
/// the plan no such stage. Error (data) if the plan is damaged.
std::optional<PlannedStage> planned_stage(const std::filesystem::path& run,
                                          const std::string& stage);

}  // namespace glia::apply
