// SPDX-License-Identifier: MIT
#include "apply/planned.hpp"

#include <glia/sdk/error.hpp>

#include <system_error>

namespace glia::apply {

std::optional<graph::KeptStage> planned_stage(const std::filesystem::path& run,
                                              const std::string& stage) {
  const auto file = run / "plan.json";
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return std::nullopt;
  try {
    const auto stages = graph::read_plan(file);
    const auto found = stages.find(stage);
    return found == stages.end() ? std::nullopt : std::optional(found->second);
  } catch (const Error& e) {
    throw Error(e.code(), e.message(), "put it back from a copy, or train again into a new folder");
  }
}

}  // namespace glia::apply
