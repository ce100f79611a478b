// SPDX-License-Identifier: MIT
#include "sweep/stopping.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace glia::sweep {

std::vector<std::int64_t> rungs(const config::EarlyStopping& stopping, std::int64_t epochs) {
  std::vector<std::int64_t> all;
  for (std::int64_t epoch = stopping.min_epochs; epoch < epochs; epoch *= stopping.factor) {
    all.push_back(epoch);
    if (epoch > epochs / stopping.factor) break;
  }
  return all;
}

bool goes_on(const std::map<std::size_t, double>& rung, std::size_t trial, std::int64_t factor) {
  const auto value = [](double accuracy) {
    return std::isnan(accuracy) ? -std::numeric_limits<double>::infinity() : accuracy;
  };
  const double own = value(rung.at(trial));
  std::int64_t better = 0;
  for (const auto& [other, accuracy] : rung) {
    if (value(accuracy) > own) ++better;
  }
  const auto places = std::max<std::int64_t>(1, static_cast<std::int64_t>(rung.size()) / factor);
  return better < places;
}

}  // namespace glia::sweep
