// SPDX-License-Identifier: MIT
#include "sweep/growth.hpp"

#include "core/median.hpp"

namespace glia::sweep {

Growth::Growth(Folder& folder, const config::PipelineTemplate& source)
    : folder_(folder), seeds_(source.sweep().seeds.size()), builder_(source) {
  builder_.restore(folder.plan());
  folder_.grow(builder_.plan());
}

std::vector<std::size_t> Growth::more() {
  std::vector<std::size_t> added;
  if (!changed_) return added;
  changed_ = false;
  const std::size_t before = folder_.plan().trials.size(), expected = folder_.plan().expected;
  builder_.grow(ended_points(folder_.store().objectives(), seeds_));
  const auto& plan = builder_.plan();
  if (plan.trials.size() == before && plan.expected == expected) return added;
  folder_.grow(plan);
  for (std::size_t t = before; t < plan.trials.size(); ++t) added.push_back(t);
  return added;
}

std::vector<std::optional<EndedPoint>> ended_points(
    const std::vector<std::optional<std::optional<double>>>& trials, std::size_t seeds) {
  std::vector<std::optional<EndedPoint>> points(trials.size() / seeds);
  for (std::size_t p = 0; p < points.size(); ++p) {
    bool all = true;
    std::vector<double> found;
    for (std::size_t s = 0; s < seeds; ++s) {
      const auto& trial = trials[p * seeds + s];
      all = all && trial.has_value();
      if (!trial || !*trial) continue;
      found.push_back(**trial);
    }
    if (!all) continue;
    points[p] = EndedPoint{found.empty() ? std::nullopt : std::optional(median_in_place(found))};
  }
  return points;
}

}  // namespace glia::sweep
