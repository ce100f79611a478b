// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <string>
#include <vector>

namespace glia::sweep {

/// One line that a shell splits into exactly these words.
GLIA_API std::string shell_words(const std::vector<std::string>& words);

}  // namespace glia::sweep
