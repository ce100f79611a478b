// SPDX-License-Identifier: MIT
#include "sweep/axis_table.hpp"

#include "config/axis_values.hpp"
#include "config/item_text.hpp"

namespace glia::sweep {

std::size_t AxisTable::axis(const std::string& path) {
  const auto [it, added] = by_path_.emplace(path, axes_.size());
  if (added) axes_.push_back({path, {}, {}});
  return it->second;
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
