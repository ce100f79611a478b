// SPDX-License-Identifier: MIT
// plan.json as it lies on the disk, and with the digest of whatever it says: what is read can be
// walked along and written again.
#include "sweep/plan.hpp"

#include "core/nesting.hpp"
#include "core/sealed_json.hpp"
#include "fuzz.hpp"

using namespace glia;

namespace {

void use(const std::string& text) {
  const sweep::Plan plan = sweep::parse_plan(text);
  for (const auto& trial : plan.trials) {
    plan.overrides(trial);
    for (const std::size_t stage : trial.stages) fuzz::require(stage < plan.shared.size(), "stage");
  }
  for (const auto& stage : plan.shared) fuzz::require(stage.trial < plan.trials.size(), "trial");
  sweep::parse_plan(sweep::plan_text(plan));
}

}  // namespace

FUZZ_TARGET(plan) {
  fuzz::answered([&] { use(std::string(bytes)); });
  const auto object = parse_stored(bytes, "plan");
  if (object.is_object()) {
    use(sealed(object).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }
}
