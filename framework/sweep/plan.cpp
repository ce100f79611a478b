// SPDX-License-Identifier: MIT
#include "sweep/plan.hpp"

#include "sweep/plan_builder.hpp"

namespace glia::sweep {

std::string plugin_part(const Descriptor& descriptor) {
  return std::string(kind_name(descriptor.kind)) + ' ' + descriptor.id;
}

std::vector<std::string> Plan::overrides(const Trial& trial) const {
  std::vector<std::string> all;
  for (std::size_t a = 0; a < axes.size(); ++a) {
    if (trial.values[a] == Trial::unset) continue;
    all.push_back(axes[a].path + '=' + axes[a].texts[static_cast<std::size_t>(trial.values[a])]);
  }
  all.push_back("pipeline.seed=" + std::to_string(trial.seed));
  return all;
}

Plan make_plan(const config::PipelineTemplate& source) {
  PlanBuilder builder(source);
  builder.begin();
  return builder.plan();
}

}  // namespace glia::sweep
