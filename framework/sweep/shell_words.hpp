// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace glia::sweep {

/// One line that a shell splits into exactly these words.
std::string shell_words(const std::vector<std::string>& words);

}  // namespace glia::sweep
