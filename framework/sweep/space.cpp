// SPDX-License-Identifier: MIT
#include "sweep/space.hpp"

#include "config/axis_values.hpp"
#include "core/diagnostics.hpp"
#include "sweep/sampling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace glia::sweep {
namespace {

constexpr std::uint64_t most_attempts = 1000;

[[noreturn]] void refuse(const Source& source, const std::string& message,
                         const std::string& hint) {
  Diagnostics problems;
  problems.error(source, message, hint);
  problems.require_ok();
  std::abort();  // not reached: require_ok throws
}

}  // namespace

Space::Space(const config::SweepSpec& spec, AxisTable& table)
    : spec_(spec), table_(table), conditions_(spec, table) {
  if (spec.blocks.size() > 1) {
    refuse(spec.source,
           fmt::format("the sampler '{}' draws from one space, and [[sweep.also]] gives more",
                       spec.sampler),
           "leave out 'also', or the sampler, so that every combination is run");
  }
  for (const auto& group : spec.blocks.at(0).groups) {
    Dimension dimension;
    dimension.choices.resize(group.empty() ? 0 : group[0].values.size());
    for (const auto& axis : group) {
      dimension.axes.push_back(table.axis(axis));
      dimension.source = axis.source;
      for (std::size_t i = 0; i < axis.values.size(); ++i) {
        dimension.choices[i].push_back(table.value(dimension.axes.back(), axis.values[i]));
      }
    }
    dimensions_.push_back(std::move(dimension));
  }
  for (const auto& axis : spec.blocks.at(0).sampled) {
    dimensions_.push_back({{table.axis(axis)}, {}, axis.sampled, axis.source});
  }
  if (dimensions_.empty()) {
    refuse(spec.source, fmt::format("the sampler '{}' has no axis to draw from", spec.sampler),
           "give one under [sweep.axes]: [1, 2, 3], { uniform = [0, 1] } or { log_uniform = "
           "[1e-4, 1] }");
  }
  conditions_.check_axes();
  conditions_.check_values();
}

const std::string& Space::name(std::size_t dimension) const {
  return table_.axes()[dimensions_[dimension].axes[0]].path;
}

bool Space::is_conditional(std::size_t dimension) const {
  const auto& axes = dimensions_[dimension].axes;
  return std::any_of(spec_.only_if.begin(), spec_.only_if.end(), [&](const auto& rule) {
    return std::count(axes.begin(), axes.end(), *table_.find(rule.path)) > 0;
  });
}

Point Space::point(const std::vector<double>& place) {
  Point point(table_.axes().size(), Trial::unset);
  for (std::size_t d = 0; d < dimensions_.size(); ++d) {
    const auto& dimension = dimensions_[d];
    if (!dimension.range) {
      const auto& choice = dimension.choices[static_cast<std::size_t>(place[d])];
      for (std::size_t i = 0; i < choice.size(); ++i) point[dimension.axes[i]] = choice[i];
      continue;
    }
    const double value = std::clamp(place[d], dimension.range->low, dimension.range->high);
    const auto item =
        dimension.range->whole
            ? config::integer_item(static_cast<std::int64_t>(std::llround(value)), dimension.source)
            : config::real_item(value, dimension.source);
    point[dimension.axes[0]] = table_.value(dimension.axes[0], item);
  }
  conditions_.apply(point);
  return point;
}

std::vector<std::optional<double>> Space::place(const Point& point) const {
  std::vector<std::optional<double>> place(dimensions_.size());
  for (std::size_t d = 0; d < dimensions_.size(); ++d) {
    const auto& dimension = dimensions_[d];
    if (dimension.range) {
      const int value = point[dimension.axes[0]];
      if (value == Trial::unset) continue;
      const auto& axis = table_.axes()[dimension.axes[0]];
      place[d] = config::number_of(axis.values[static_cast<std::size_t>(value)]);
      continue;
    }
    for (std::size_t c = 0; c < dimension.choices.size() && !place[d]; ++c) {
      bool any = false, all = true;  // of axes that move together some may not be there
      for (std::size_t i = 0; i < dimension.axes.size(); ++i) {
        const int value = point[dimension.axes[i]];
        if (value == Trial::unset) continue;
        any = true;
        all = all && value == dimension.choices[c][i];
      }
      if (any && all) place[d] = static_cast<double>(c);
    }
  }
  return place;
}

double Space::coordinate(std::size_t dimension, double part) const {
  const auto& d = dimensions_[dimension];
  if (d.range) return *config::number_of(value_at(*d.range, part, d.source));
  const auto count = static_cast<double>(d.choices.size());
  return std::min(std::floor(part * count), count - 1);
}

bool Space::is_new(const Point& point, const std::set<Point>& before) const {
  return !before.contains(point) && !conditions_.excludes(point);
}

std::optional<Point> Space::first_new(
    const std::set<Point>& before, const std::function<std::vector<double>(std::uint64_t)>& draw) {
  for (std::uint64_t attempt = 0; attempt < most_attempts; ++attempt) {
    Point point = this->point(draw(attempt));
    if (is_new(point, before)) return point;
  }
  return std::nullopt;
}

std::vector<double> random_place(const Space& space, std::uint64_t seed, std::uint64_t number,
                                 std::uint64_t attempt) {
  std::vector<double> place(space.dimensions().size());
  for (std::size_t d = 0; d < place.size(); ++d) {
    const std::string stream = attempt == 0
                                   ? fmt::format("sweep/random/{}", space.name(d))
                                   : fmt::format("sweep/random/{}/{}", attempt, space.name(d));
    place[d] = space.coordinate(d, uniform_part(seed, stream, number));
  }
  return place;
}

std::size_t points_of(std::int64_t trials, const config::SweepSpec& spec) {
  const auto seeds = static_cast<std::int64_t>(spec.seeds.size());
  if (trials % seeds != 0) {
    refuse(spec.source,
           fmt::format("{} trials are no whole number of points with {} seeds each", trials, seeds),
           fmt::format("write trials = {}", (trials / seeds + 1) * seeds));
  }
  return static_cast<std::size_t>(trials / seeds);
}

}  // namespace glia::sweep
