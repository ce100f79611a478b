// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <string>
#include <string_view>

namespace glia {

/// What a file is by its first bytes (16 are enough), to tell whoever gave it in another's place:
/// "a PNG picture", "text"; empty if it is none of those that people mistake for each other.
GLIA_API std::string kind_of_file(std::string_view start);

}  // namespace glia
