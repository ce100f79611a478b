// SPDX-License-Identifier: MIT
#include <glia/sdk/lost_differences.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace glia {

std::string lost_differences(std::vector<double> numbers) {
  constexpr std::size_t share = 20;
  const auto same = [](double a, double b) {
    return static_cast<float>(a) == static_cast<float>(b);
  };
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  const auto pair = std::adjacent_find(numbers.begin(), numbers.end(), same);
  if (pair == numbers.end()) return {};
  const double first = *pair, second = *(pair + 1);
  const std::size_t different = numbers.size();
  numbers.erase(std::unique(numbers.begin(), numbers.end(), same), numbers.end());
  if ((different - numbers.size()) * share < different) return {};
  return fmt::format("{} and {} become the same; of {} different numbers {} are left", first,
                     second, different, numbers.size());
}

}  // namespace glia
