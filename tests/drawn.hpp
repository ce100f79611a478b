// SPDX-License-Identifier: MIT
// Numbers read back from drawings.
#pragma once

#include <map>
#include <sstream>
#include <string>
#include <vector>

/// The attributes of a group: {"data-name": "latent", ...}.
using Group = std::map<std::string, std::string>;

/// The groups of a class, in their order.
inline std::vector<Group> groups_of(const std::string& svg, const std::string& style) {
  std::vector<Group> groups;
  const std::string begin = "<g class=\"" + style + '"';
  for (auto at = svg.find(begin); at != std::string::npos; at = svg.find(begin, at + 1)) {
    const std::string tag = svg.substr(at, svg.find(">\n", at) - at);
    Group group;
    for (auto name = tag.find(" data-"); name != std::string::npos;) {
      const auto open = tag.find('"', name), close = tag.find('"', open + 1);
      group[tag.substr(name + 1, open - name - 2)] = tag.substr(open + 1, close - open - 1);
      name = tag.find(" data-", close);
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

inline std::vector<double> numbers_in(const std::string& text) {
  std::vector<double> values;
  std::istringstream numbers(text);
  for (double value = 0; numbers >> value;) values.push_back(value);
  return values;
}
