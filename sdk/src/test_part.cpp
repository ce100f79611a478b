// SPDX-License-Identifier: MIT
#include <glia/sdk/random.hpp>
#include <glia/sdk/test_part.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace glia {

std::vector<bool> test_part(std::span<const std::int64_t> labels, std::size_t samples, double part,
                            std::uint64_t seed, std::string_view stream) {
  std::map<std::int64_t, std::vector<std::pair<std::uint64_t, std::size_t>>> by_class;
  for (std::size_t i = 0; i < samples; ++i) {
    RandomStream random(seed, stream, i);
    const std::uint64_t high = random.bits();
    by_class[labels.empty() ? 0 : labels[i]].emplace_back(high << 32 | random.bits(), i);
  }
  std::vector<bool> chosen(samples, false);
  for (auto& [of, places] : by_class) {
    std::sort(places.begin(), places.end());
    const auto count =
        static_cast<std::size_t>(std::llround(part * static_cast<double>(places.size())));
    for (std::size_t i = 0; i < count; ++i) chosen[places[i].second] = true;
  }
  return chosen;
}

}  // namespace glia
