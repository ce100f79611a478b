// SPDX-License-Identifier: MIT
#pragma once

#include "config/document.hpp"
#include "config/sweep_spec.hpp"
#include "sweep/plan.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace glia::sweep {

/// Which value on each axis: an index of its values, or `Trial::unset`.
using Point = std::vector<int>;

/// The axes of a sweep in order, with every value that any point has had on them. [one thread]
class AxisTable {
 public:
  AxisTable() = default;
  explicit AxisTable(const std::vector<PlanAxis>& axes);

  const std::vector<PlanAxis>& axes() const { return axes_; }

  /// The axis of this path, which is added if it is new.
  std::size_t axis(const std::string& path);
  /// The same, with how its values are spread.
  std::size_t axis(const config::Axis& axis);
  /// Nothing if there is none.
  std::optional<std::size_t> find(const std::string& path) const;
  /// The index of a value of the axis, which is added if it is new: 1 and 1.0 are one.
  int value(std::size_t axis, const config::Item& value);

 private:
  std::vector<PlanAxis> axes_;
  std::map<std::string, std::size_t> by_path_;
  std::map<std::pair<std::size_t, std::string>, std::size_t> values_;
};

}  // namespace glia::sweep
