// SPDX-License-Identifier: MIT
#pragma once

#include "config/sweep_spec.hpp"
#include "sweep/axis_table.hpp"
#include "sweep/conditions.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace glia::sweep {

/// One direction to draw from: a range of numbers on one axis, or a choice, which sets one axis or
/// several that move together.
struct Dimension {
  std::vector<std::size_t> axes;
  std::vector<std::vector<int>> choices;        ///< the values of `axes`, one each; or
  std::optional<config::SampledRange> range{};  ///< numbers of the only axis
  Source source{};
};

/// The space of all points that a sampler may suggest. A place in it has a coordinate for each
/// dimension: the number of a range, the index of a choice. [one thread]
class Space {
 public:
  /// Adds the axes to the table. Error (configuration) for what has no place in a space: no axis at
  /// all, or further axes ([[sweep.also]]). Both must outlive it.
  Space(const config::SweepSpec& spec, AxisTable& table);

  const std::vector<Dimension>& dimensions() const { return dimensions_; }
  /// The name of a dimension, for streams of random numbers.
  const std::string& name(std::size_t dimension) const;

  /// Whether some points do not have it.
  bool is_conditional(std::size_t dimension) const;

  /// The point at a place; axes that are not there under the conditions are unset.
  Point point(const std::vector<double>& place);
  /// The place of a point; nothing for dimensions that are not there.
  std::vector<std::optional<double>> place(const Point& point) const;
  /// The coordinate at `part` of the way through a dimension, `part` in [0, 1).
  double coordinate(std::size_t dimension, double part) const;
  /// Whether the point is neither excluded nor among these.
  bool is_new(const Point& point, const std::set<Point>& before) const;

  /// The first new point among places that are drawn one after the other, from attempt 0; nothing
  /// if a thousand have none: the space has no more points.
  std::optional<Point> first_new(
      const std::set<Point>& before,
      const std::function<std::vector<double>(std::uint64_t attempt)>& draw);

 private:
  const config::SweepSpec& spec_;
  AxisTable& table_;
  Conditions conditions_;
  std::vector<Dimension> dimensions_;
};

/// An independent place, each coordinate from a stream of its own.
std::vector<double> random_place(const Space& space, std::uint64_t seed, std::uint64_t number,
                                 std::uint64_t attempt);

/// How many points, where each is run with so many seeds. Error (configuration) if the trials do
/// not come out even.
std::size_t points_of(std::int64_t trials, const config::SweepSpec& spec);

}  // namespace glia::sweep
