// SPDX-License-Identifier: MIT
#pragma once

#include "config/sweep_spec.hpp"
#include "sweep/axis_table.hpp"

#include <vector>

namespace glia::sweep {

/// The rules of `only_if` and `exclude`, applied to points of a table of axes. Both must outlive
/// it. [one thread]
class Conditions {
 public:
  Conditions(const config::SweepSpec& spec, const AxisTable& table) : spec_(spec), table_(table) {}

  /// Error (configuration) for rules of axes that there are not, and for those that go in circles.
  void check_axes() const;
  /// The same for values that an axis never has, once the table has all values that it is to have.
  /// Not of axes whose values are drawn or were given on the command line.
  void check_values() const;

  /// Leaves out what the rules of `only_if` say is not there.
  void apply(Point& point) const;
  /// Whether `exclude` leaves the point out.
  bool excludes(const Point& point) const;

 private:
  bool holds(const std::vector<config::Condition>& conditions, const Point& point) const;

  const config::SweepSpec& spec_;
  const AxisTable& table_;
};

}  // namespace glia::sweep
