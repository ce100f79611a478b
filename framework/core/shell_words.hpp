// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace glia {

/// One line that a shell splits into exactly these words.
GLIA_API std::string shell_words(const std::vector<std::string>& words);

/// A path as a word of a command that is typed: one that begins with '-' is no option.
GLIA_API std::string path_word(const std::filesystem::path& path);

}  // namespace glia
