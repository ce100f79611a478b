// SPDX-License-Identifier: MIT
#pragma once

#include "config/sweep_spec.hpp"
#include "sweep/study.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace samplers {

using namespace glia::sweep;
using glia::config::SweepSpec;

inline glia::config::Item item(double value) {
  return {glia::config::Item::Kind::real, value, {}, {}, {}};
}
inline glia::config::Item item(const char* text) {
  return {glia::config::Item::Kind::text, std::string(text), {}, {}, {}};
}

/// A spec without a file.
class Spec {
 public:
  explicit Spec(const std::string& sampler) {
    spec.sampler = sampler;
    spec.seeds = {1};
    spec.blocks.emplace_back();
  }

  Spec& range(const std::string& path, double low, double high, bool logarithmic = false,
              bool whole = false) {
    glia::config::Axis axis;
    axis.path = path;
    axis.sampled = glia::config::SampledRange{low, high, logarithmic, whole};
    spec.blocks[0].sampled.push_back(std::move(axis));
    return *this;
  }
  Spec& choices(const std::string& path, const std::vector<const char*>& texts) {
    glia::config::Axis axis;
    axis.path = path;
    for (const char* text : texts) axis.values.push_back(item(text));
    spec.blocks[0].groups.push_back({std::move(axis)});
    return *this;
  }
  Spec& set(const std::string& name, glia::Value value) {
    spec.sampler_settings.insert_or_assign(name, std::move(value));
    return *this;
  }

  SweepSpec spec;
};

/// The number, or the text, that a point has on an axis; "" and 0 where it is not there.
inline double number_at(const Study& study, const Point& point, std::size_t axis) {
  if (point[axis] == Trial::unset) return 0;
  const auto& value = study.axes()[axis].values[static_cast<std::size_t>(point[axis])].scalar;
  const auto* whole = std::get_if<std::int64_t>(&value);
  return whole ? static_cast<double>(*whole) : std::get<double>(value);
}
inline std::string text_at(const Study& study, const Point& point, std::size_t axis) {
  if (point[axis] == Trial::unset) return "";
  const auto* text = study.axes()[axis].values[static_cast<std::size_t>(point[axis])].text();
  return text ? *text : "";
}

/// Points as text, which does not depend on how values are numbered.
inline std::vector<std::string> texts_of(const Study& study, const std::vector<Point>& points) {
  std::vector<std::string> all;
  for (const auto& point : points) {
    std::string& text = all.emplace_back();
    for (std::size_t a = 0; a < point.size(); ++a) {
      const bool set = point[a] != Trial::unset;
      text += (set ? study.axes()[a].texts[static_cast<std::size_t>(point[a])] : "-") + ' ';
    }
  }
  return all;
}

}  // namespace samplers
