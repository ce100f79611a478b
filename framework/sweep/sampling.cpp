// SPDX-License-Identifier: MIT
#include "sweep/sampling.hpp"

#include "config/axis_values.hpp"

#include <glia/sdk/random.hpp>

#include <boost/random/sobol.hpp>
#include <boost/random/uniform_01.hpp>

#include <algorithm>
#include <cmath>
#include <span>

namespace glia::sweep {

config::Item value_at(const config::SampledRange& range, double part, const Source& source) {
  // Both ends of a range of integers are as likely as any other.
  const double low = range.low, high = range.whole ? range.high + 1 : range.high;
  double value = range.logarithmic ? low * std::pow(high / low, part) : low + part * (high - low);
  if (!range.whole) return config::real_item(std::clamp(value, range.low, range.high), source);
  value = std::clamp(std::floor(value), range.low, range.high);
  return config::integer_item(static_cast<std::int64_t>(value), source);
}

double uniform_part(std::uint64_t seed, const std::string& stream, std::uint64_t number) {
  double part = 0;
  RandomStream(seed, stream, number).uniform(std::span(&part, 1), 0, 1);
  return part;
}

std::vector<std::vector<config::Item>> draw_points(const std::vector<config::Axis>& axes,
                                                   std::int64_t count, const std::string& method,
                                                   std::uint64_t seed) {
  std::vector<std::vector<config::Item>> points(static_cast<std::size_t>(count));
  if (axes.empty()) return points;
  boost::random::sobol sequence(axes.size());
  boost::random::uniform_01<double> unit;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (const auto& axis : axes) {
      double part = 0;
      if (method == "sobol") {
        // The seed turns the sequence, the same way for every point (Cranley and Patterson).
        part = unit(sequence) + uniform_part(seed, "sweep/turn/" + axis.path, 0);
        part -= std::floor(part);
      } else {
        part = uniform_part(seed, "sweep/" + axis.path, i);
      }
      points[i].push_back(value_at(*axis.sampled, part, axis.source));
    }
  }
  return points;
}

}  // namespace glia::sweep
