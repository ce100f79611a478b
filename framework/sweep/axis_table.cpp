// SPDX-License-Identifier: MIT
#include "sweep/axis_table.hpp"

#include "config/axis_values.hpp"
#include "config/item_text.hpp"

namespace glia::sweep {

AxisTable::AxisTable(const std::vector<PlanAxis>& axes) {
  for (const auto& given : axes) {
    const std::size_t place = axis(given.path);
    axes_[place].sampled = given.sampled;
    axes_[place].logarithmic = given.logarithmic;
    for (const auto& each : given.values) value(place, each);
  }
}

std::size_t AxisTable::axis(const std::string& path) {
  const auto [it, added] = by_path_.emplace(path, axes_.size());
  if (added) axes_.push_back({.path = path, .values = {}, .texts = {}});
  return it->second;
}

std::size_t AxisTable::axis(const config::Axis& axis) {
  const std::size_t place = this->axis(axis.path);
  axes_[place].sampled = axes_[place].sampled || axis.sampled.has_value();
  axes_[place].logarithmic = axes_[place].logarithmic || axis.logarithmic;
  return place;
}

std::optional<std::size_t> AxisTable::find(const std::string& path) const {
  const auto it = by_path_.find(path);
  return it == by_path_.end() ? std::nullopt : std::optional(it->second);
}

int AxisTable::value(std::size_t axis, const config::Item& value) {
  PlanAxis& known = axes_[axis];
  const auto [it, added] =
      values_.emplace(std::pair(axis, config::value_text(value)), known.values.size());
  if (added) {
    known.values.push_back(value);
    known.texts.push_back(config::toml_text(value));
  }
  return static_cast<int>(it->second);
}

}  // namespace glia::sweep
