// SPDX-License-Identifier: MIT
#include "sweep/conditions.hpp"

#include "config/axis_values.hpp"
#include "config/item_text.hpp"
#include "core/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

namespace glia::sweep {
namespace {

bool same(const config::Item& a, const config::Item& b) {
  return config::value_text(a) == config::value_text(b);
}

/// Whether an axis is only there if `other` is, by whatever way round.
bool depends(const config::SweepSpec& spec, const std::string& path, const std::string& other,
             std::set<std::string> seen) {
  if (!seen.insert(path).second) return false;
  for (const auto& rule : spec.only_if) {
    if (rule.path != path) continue;
    for (const auto& condition : rule.conditions) {
      if (condition.path == other || depends(spec, condition.path, other, seen)) return true;
    }
  }
  return false;
}

std::string joined(const std::vector<std::string>& texts) {
  constexpr std::size_t most = 12;
  std::string all;
  for (std::size_t i = 0; i < std::min(texts.size(), most); ++i) all += (i ? ", " : "") + texts[i];
  return texts.size() > most ? all + ", ..." : all;
}

}  // namespace

void Conditions::check_axes() const {
  Diagnostics problems;
  std::vector<std::string> paths;
  for (const auto& axis : table_.axes()) paths.push_back(axis.path);
  const auto check = [&](const std::string& path, const Source& source) {
    if (!table_.find(path)) {
      problems.error(source, fmt::format("there is no axis '{}'", path), did_you_mean(path, paths));
    }
  };
  const auto check_all = [&](const std::vector<config::Condition>& conditions) {
    for (const auto& condition : conditions) check(condition.path, condition.source);
  };
  for (const auto& conditions : spec_.exclude) check_all(conditions);
  for (const auto& rule : spec_.only_if) {
    check(rule.path, rule.source);
    check_all(rule.conditions);
    if (depends(spec_, rule.path, rule.path, {})) {
      problems.error(rule.source,
                     fmt::format("whether '{}' is there depends on itself", rule.path));
    }
  }
  problems.require_ok();
}

void Conditions::check_values() const {
  std::set<std::string> drawn;
  for (const auto& block : spec_.blocks) {
    for (const auto& axis : block.sampled) drawn.insert(axis.path);
  }
  Diagnostics problems;
  const auto check = [&](const config::Condition& condition) {
    const PlanAxis& axis = table_.axes()[*table_.find(condition.path)];
    const bool elsewhere =
        std::any_of(axis.values.begin(), axis.values.end(),
                    [&](const auto& value) { return value.source.name != condition.source.name; });
    if (elsewhere || drawn.count(axis.path)) return;
    for (const auto& wanted : condition.values) {
      if (std::any_of(axis.values.begin(), axis.values.end(),
                      [&](const auto& value) { return same(value, wanted); })) {
        continue;
      }
      problems.error(
          wanted.source,
          fmt::format("the axis '{}' never has the value {}", axis.path, config::toml_text(wanted)),
          "its values are " + joined(axis.texts));
    }
  };
  for (const auto& conditions : spec_.exclude) {
    for (const auto& condition : conditions) check(condition);
  }
  for (const auto& rule : spec_.only_if) {
    for (const auto& condition : rule.conditions) check(condition);
  }
  problems.require_ok();
}

void Conditions::apply(Point& point) const {
  for (bool changed = true; changed;) {  // an axis that goes can take others with it
    changed = false;
    for (const auto& rule : spec_.only_if) {
      int& value = point[*table_.find(rule.path)];
      if (value == Trial::unset || holds(rule.conditions, point)) continue;
      value = Trial::unset;
      changed = true;
    }
  }
}

bool Conditions::excludes(const Point& point) const {
  return std::any_of(spec_.exclude.begin(), spec_.exclude.end(),
                     [&](const auto& conditions) { return holds(conditions, point); });
}

bool Conditions::holds(const std::vector<config::Condition>& conditions, const Point& point) const {
  return std::all_of(conditions.begin(), conditions.end(), [&](const auto& condition) {
    const std::size_t axis = *table_.find(condition.path);
    if (point[axis] == Trial::unset) return false;
    const auto& value = table_.axes()[axis].values[static_cast<std::size_t>(point[axis])];
    return std::any_of(condition.values.begin(), condition.values.end(),
                       [&](const auto& wanted) { return same(value, wanted); });
  });
}

}  // namespace glia::sweep
