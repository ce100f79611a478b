// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <string>
#include <vector>

namespace glia {

/// "'a', 'b' and 'c'", of names that files give: each on one line, whatever is in it.
GLIA_API std::string quoted_names(const std::vector<std::string>& names);

}  // namespace glia
