// SPDX-License-Identifier: MIT
#include "core/quoted_names.hpp"

#include "core/diagnostics.hpp"
#include "core/text.hpp"

namespace glia {

std::string quoted_names(const std::vector<std::string>& names) {
  std::vector<std::string> lines;
  for (const auto& name : names) lines.push_back(one_line(name));
  return quoted_list(lines);
}

}  // namespace glia
