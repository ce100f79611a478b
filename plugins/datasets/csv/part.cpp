// SPDX-License-Identifier: MIT
#include "table.hpp"

#include <glia/sdk/test_part.hpp>

#include <algorithm>

namespace csv {

std::vector<bool> part_of(const Table& table, double part, std::int64_t seed) {
  return glia::test_part(table.classes, table.lines.size(), part, static_cast<std::uint64_t>(seed),
                         "csv/test");
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
