// SPDX-License-Identifier: MIT
#include "cli/next_steps.hpp"

#include <fmt/format.h>

namespace glia::cli {

std::string next_steps(const std::filesystem::path& folder, bool sweep) {
  const auto path = folder.has_filename() ? folder : folder.parent_path();  // "out/" is "out"
  const std::string parent = path.has_parent_path() ? path.parent_path().string() : ".";
  return fmt::format("next:    {}glia report {}, glia serve{}\n",
                     sweep ? fmt::format("glia best {}, ", path.string()) : "", path.string(),
                     parent == "runs" ? "" : ' ' + parent);
}

}  // namespace glia::cli
