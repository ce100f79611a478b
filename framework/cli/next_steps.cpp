// SPDX-License-Identifier: MIT
#include "cli/next_steps.hpp"

#include "core/shell_words.hpp"

#include <fmt/format.h>

namespace glia::cli {

std::string next_steps(const std::filesystem::path& folder,
                       const std::optional<std::string>& best) {
  const auto path = folder.has_filename() ? folder : folder.parent_path();  // "out/" is "out"
  const auto parent = path.has_parent_path() ? path.parent_path() : ".";
  const std::string word = path_word(path);
  return fmt::format("next:    {}glia report {}, glia serve{}\n",
                     best ? fmt::format("glia best {}{}, ", word, *best) : std::string(), word,
                     parent == "runs" ? "" : ' ' + path_word(parent));
}

}  // namespace glia::cli
