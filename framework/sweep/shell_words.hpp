// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace glia::sweep {

/// One line that a shell splits into exactly these words.
std::string shell_words(const std::vector<std::string>& words);

/// A path as a word of a command that is typed: one that begins with '-' is no option.
std::string path_word(const std::filesystem::path& path);

}  // namespace glia::sweep
