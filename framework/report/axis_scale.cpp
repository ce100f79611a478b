// SPDX-License-Identifier: MIT
#include "report/axis_scale.hpp"

#include "report/svg.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace glia::report {

AxisScale AxisScale::numbers(double low, double high, bool logarithmic) {
  AxisScale scale;
  scale.logarithmic_ = logarithmic && low > 0;
  if (!(high > low)) {
    const double room = scale.logarithmic_ ? 2 : low == 0 ? 1 : std::abs(low) / 2;
    high = scale.logarithmic_ ? low * room : low + room;
    low = scale.logarithmic_ ? low / room : low - room;
  }
  constexpr double most = std::numeric_limits<double>::max();  // room may lie beyond
  scale.low_ = std::clamp(low, -most, most);
  scale.high_ = std::clamp(high, -most, most);
  return scale;
}

AxisScale AxisScale::words(std::vector<std::string> words) {
  AxisScale scale;
  scale.words_ = std::move(words);
  scale.low_ = -0.5;
  scale.high_ = std::max(1.0, static_cast<double>(scale.words_.size())) - 0.5;
  return scale;
}

double AxisScale::share(double value) const {
  const double part = logarithmic_ ? std::log(value / low_) / std::log(high_ / low_)
                                   : (value - low_) / (high_ - low_);
  return std::isfinite(part) ? std::clamp(part, 0.0, 1.0) : 0;
}

/// Powers of ten, with 2 and 5 times them where these are few.
std::vector<double> AxisScale::round_numbers(int count) const {
  if (!logarithmic_) return ticks(low_, high_, count);
  const double decades = std::log10(high_ / low_);
  std::vector<double> mantissas{1};
  if (decades < 2.2) mantissas = {1, 2, 5};
  const double every = std::max(1.0, std::ceil(decades / count));
  std::vector<double> places;
  for (double e = std::floor(std::log10(low_)); e <= std::ceil(std::log10(high_)); ++e) {
    if (std::fmod(std::abs(e), every) != 0) continue;
    for (const double m : mantissas) {
      const double place = m * std::pow(10.0, e);
      if (place >= low_ * (1 - 1e-9) && place <= high_ * (1 + 1e-9)) places.push_back(place);
    }
  }
  return places.size() > 1 ? places : ticks(low_, high_, count);
}

std::vector<std::pair<double, std::string>> AxisScale::marks(int count) const {
  std::vector<std::pair<double, std::string>> all;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    all.emplace_back(share(static_cast<double>(i)), words_[i]);
  }
  if (!words_.empty()) return all;
  for (const double place : round_numbers(count)) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", place);
    all.emplace_back(share(place), text);
  }
  return all;
}

std::pair<double, double> zoomed(double low, double high, bool percent) {
  const double least = percent ? 2 : 1e-9 + 0.02 * std::max(std::abs(low), std::abs(high));
  const double room = std::max(0.06 * (high - low), (least - (high - low)) / 2);
  low -= room;
  high += room;
  return percent ? std::pair(std::max(0.0, low), std::min(100.0, high)) : std::pair(low, high);
}

}  // namespace glia::report
