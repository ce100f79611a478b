// SPDX-License-Identifier: MIT
#pragma once

#include "graph/stages.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace glia::apply {

/// A stage from the plan.json of a run's folder; nothing where it has no plan, as trials that a sweep
/// keeps, or the plan no such stage. Error (data) if the plan is damaged or was changed.
std::optional<graph::KeptStage> planned_stage(const std::filesystem::path& run,
                                              const std::string& stage);

}  // namespace glia::apply
