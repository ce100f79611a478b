// SPDX-License-Identifier: MIT
#include "core/median.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace glia {

double median_of(std::vector<double> numbers) { return median_in_place(numbers); }

double median_in_place(std::vector<double>& numbers) {
  if (numbers.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), middle, numbers.end());
  if (numbers.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(numbers.begin(), middle)) / 2;
}

}  // namespace glia
