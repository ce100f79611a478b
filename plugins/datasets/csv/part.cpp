// SPDX-License-Identifier: MIT
#include "table.hpp"

#include <glia/sdk/random.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace csv {

std::vector<bool> part_of(const Table& table, double part, std::int64_t seed) {
  std::map<std::int64_t, std::vector<std::pair<std::uint64_t, std::size_t>>> by_class;
  for (std::size_t i = 0; i < table.lines.size(); ++i) {
    glia::RandomStream stream(static_cast<std::uint64_t>(seed), "csv/test", i);
    const std::uint64_t high = stream.bits();
    const std::int64_t of = table.classes.empty() ? 0 : table.classes[i];
    by_class[of].emplace_back(high << 32 | stream.bits(), i);
  }
  std::vector<bool> chosen(table.lines.size(), false);
  for (auto& [of, lines] : by_class) {
    std::sort(lines.begin(), lines.end());
    const auto count =
        static_cast<std::size_t>(std::llround(part * static_cast<double>(lines.size())));
    for (std::size_t i = 0; i < count; ++i) chosen[lines[i].second] = true;
  }
  return chosen;
}

Table lines_of(const Table& table, const std::vector<bool>& chosen, bool which) {
  Table made;
  made.texts = table.texts;
  const std::size_t width = table.inputs.size() / std::max<std::size_t>(chosen.size(), 1);
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (chosen[i] != which) continue;
    const auto first = table.inputs.begin() + static_cast<std::ptrdiff_t>(i * width);
    made.inputs.insert(made.inputs.end(), first, first + static_cast<std::ptrdiff_t>(width));
    made.lines.push_back(table.lines[i]);
    if (!table.values.empty()) made.values.push_back(table.values[i]);
    if (!table.classes.empty()) made.classes.push_back(table.classes[i]);
  }
  return made;
}

}  // namespace csv
