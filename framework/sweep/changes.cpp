// SPDX-License-Identifier: MIT
#include "sweep/changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <vector>

namespace glia::sweep {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

std::string line_difference(const std::string& before, const std::string& now) {
  const auto a = lines_of(before), b = lines_of(now);
  constexpr std::size_t most = 4'000'000;
  if (a.size() * b.size() > most) return before == now ? "" : "  the files differ\n";
  // The longest common subsequence, from the end: pipeline files are short.
  std::vector<std::vector<unsigned>> common(a.size() + 1, std::vector<unsigned>(b.size() + 1, 0));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      common[i][j] =
          a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  std::string text;
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      ++i, ++j;
    } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
      text += fmt::format("  - {}\n", a[i++]);
    } else {
      text += fmt::format("  + {}\n", b[j++]);
    }
  }
  return text;
}

std::string part_difference(const Plan& before, const Plan& now) {
  std::string text;
  for (const auto& [name, was] : before.parts) {
    const auto it = now.parts.find(name);
    const std::string is = it == now.parts.end() ? "gone" : it->second;
    if (is != was) {
      text += fmt::format("  {}: was {}, is {}\n", name, was.empty() ? "not found" : was,
                          is.empty() ? "not found" : is);
    }
  }
  return text;
}

std::vector<std::string> missing_plugins(const Plan& plan, const Catalog& catalog) {
  std::set<std::string> known;
  for (const auto* entry : catalog.all()) known.insert(plugin_part(*entry->descriptor));
  std::vector<std::string> missing;
  for (const auto& [name, version] : plan.parts) {
    if (!name.starts_with(data_part) && !known.count(name)) missing.push_back(name);
  }
  return missing;
}

}  // namespace glia::sweep
