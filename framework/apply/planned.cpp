// SPDX-License-Identifier: MIT
#include "apply/planned.hpp"

#include "core/nesting.hpp"
#include "core/text_file.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

namespace glia::apply {

std::optional<PlannedStage> planned_stage(const std::filesystem::path& run,
                                          const std::string& stage) {
  const auto file = run / "plan.json";
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return std::nullopt;
  try {
    const auto plan = nlohmann::json::parse(shallow_json(read_text_file(file)));
    for (const auto& planned : plan.at("stages")) {
      if (planned.at("stage") != stage) continue;
      return PlannedStage{planned.at("key"), planned.at("identity")};
    }
    return std::nullopt;
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorCode::data, file.string() + " is damaged: it is no plan of a run",
                "put it back from a copy, or train again into a new folder");
  }
}

}  // namespace glia::apply
