// SPDX-License-Identifier: MIT
#include "graph/identity_lines.hpp"

#include <set>
#include <sstream>

namespace glia::graph {

std::vector<std::string> own_lines(const std::string& identity) {
  std::vector<std::string> lines;
  std::istringstream stream(identity);
  for (std::string line; std::getline(stream, line);) {
    if (!line.starts_with("input = ")) lines.push_back(line);
  }
  return lines;
}

std::vector<std::string> lines_lacked(const std::vector<std::string>& first,
                                      const std::vector<std::string>& second) {
  std::multiset<std::string> left(second.begin(), second.end());
  std::vector<std::string> lacked;
  for (const auto& line : first) {
    const auto same = left.find(line);
    if (same == left.end()) {
      lacked.push_back(line);
    } else {
      left.erase(same);
    }
  }
  return lacked;
}

}  // namespace glia::graph
