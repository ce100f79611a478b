// SPDX-License-Identifier: MIT
#include "policy/ranks.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace glia::policy {

std::vector<double> means_of(std::span<const double> numbers, std::int64_t count) {
  std::vector<double> means;
  const auto step = static_cast<std::size_t>(count);
  for (std::size_t i = 0; i + step <= numbers.size(); i += step) {
    const auto some = numbers.subspan(i, step);
    means.push_back(std::accumulate(some.begin(), some.end(), 0.0) / static_cast<double>(count));
  }
  return means;
}

std::vector<double> ranks_of(std::span<const double> numbers) {
  std::vector<double> ranks(numbers.size(), 0.0);
  if (numbers.size() < 2) return ranks;
  std::vector<std::size_t> order(numbers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return numbers[a] < numbers[b]; });
  const auto last = static_cast<double>(numbers.size() - 1);
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin + 1;
    while (end < order.size() && !(numbers[order[begin]] < numbers[order[end]])) ++end;
    const double middle = static_cast<double>(begin + end - 1) / 2;
    for (std::size_t i = begin; i < end; ++i) ranks[order[i]] = middle / last - 0.5;
    begin = end;
  }
  return ranks;
}

}  // namespace glia::policy
