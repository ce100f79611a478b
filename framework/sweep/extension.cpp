// SPDX-License-Identifier: MIT
#include "sweep/extension.hpp"

#include "config/template.hpp"

#include <glia/sdk/error.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace glia::sweep {

std::vector<std::string> extended(const Plan& plan, const std::vector<std::string>& arguments,
                                  const std::vector<std::string>& more) {
  auto all = arguments;
  for (const auto& word : more) {
    const auto equals = word.find('=');
    const std::string path = word.substr(0, equals);
    const auto axis = std::find_if(plan.axes.begin(), plan.axes.end(),
                                   [&](const PlanAxis& each) { return each.path == path; });
    if (equals == std::string::npos ||
        (axis == plan.axes.end() && !config::only_for_sweeps(word))) {
      throw Error(ErrorCode::usage, "'" + word + "' adds neither seeds nor values",
                  "write seeds=30 for 30 seeds in all, or KEY=0.7,0.8 for more values of an axis");
    }
    if (axis == plan.axes.end() || word.back() == ')') {
      all.push_back(word);
      continue;
    }
    // With the values that there are, so that later seeds are for all of them.
    std::string values;
    for (const auto& text : axis->texts) values += text + ',';
    all.push_back(path + '=' + values + word.substr(equals + 1));
  }
  return all;
}

Plan join(const Plan& before, const Plan& now) {
  Plan all = before;
  all.parts.insert(now.parts.begin(), now.parts.end());
  std::map<std::string, std::size_t> axes;
  for (std::size_t a = 0; a < all.axes.size(); ++a) axes[all.axes[a].path] = a;
  const auto axis_of = [&](const PlanAxis& axis) {
    const auto [it, added] = axes.emplace(axis.path, all.axes.size());
    if (added) all.axes.push_back({axis.path, {}, {}});
    return it->second;
  };
  std::map<std::string, std::size_t> stages;
  for (std::size_t s = 0; s < all.shared.size(); ++s) stages[all.shared[s].key] = s;

  const auto name_of = [](const Plan& plan, const Trial& trial) {
    auto settings = plan.overrides(trial);
    std::sort(settings.begin(), settings.end());
    std::string name;
    for (const auto& setting : settings) name += setting + '\n';
    return name;
  };
  std::set<std::string> known;
  for (const auto& trial : before.trials) known.insert(name_of(before, trial));

  // Which value of which axis of the joint plan stands for each of `now`.
  std::vector<std::pair<std::size_t, std::vector<int>>> places;
  for (const auto& axis : now.axes) {
    const std::size_t a = axis_of(axis);
    std::vector<int> values;
    for (std::size_t v = 0; v < axis.texts.size(); ++v) {
      auto& texts = all.axes[a].texts;
      auto it = std::find(texts.begin(), texts.end(), axis.texts[v]);
      if (it == texts.end()) {
        all.axes[a].values.push_back(axis.values[v]);
        it = texts.insert(texts.end(), axis.texts[v]);
      }
      values.push_back(static_cast<int>(it - texts.begin()));
    }
    places.emplace_back(a, std::move(values));
  }
  for (auto& trial : all.trials) trial.values.resize(all.axes.size(), Trial::unset);
  for (const auto& trial : now.trials) {
    if (!known.insert(name_of(now, trial)).second) continue;
    Trial added{all.trials.size(), trial.seed, std::vector<int>(all.axes.size(), Trial::unset), {}};
    for (std::size_t a = 0; a < now.axes.size(); ++a) {
      if (trial.values[a] == Trial::unset) continue;
      added.values[places[a].first] = places[a].second[static_cast<std::size_t>(trial.values[a])];
    }
    for (const std::size_t s : trial.stages) {
      const auto [it, fresh] = stages.emplace(now.shared[s].key, all.shared.size());
      if (fresh) {
        all.shared.push_back(now.shared[s]);
        all.shared.back().trial = added.number;
        all.shared.back().users = 0;
      }
      ++all.shared[it->second].users;
      added.stages.push_back(it->second);
    }
    all.trials.push_back(std::move(added));
  }
  return all;
}

}  // namespace glia::sweep
