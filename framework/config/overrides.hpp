// SPDX-License-Identifier: MIT
#pragma once

#include "config/document.hpp"

#include <string>

namespace glia::config {

/// Applies one `key=value` to the document. Dots nest; a step of a pattern is named by its number
/// or by its wave or activation (then all such steps are meant). Keys that a table may not have are
/// added all the same: the checks that follow refuse them. Everything else that does not fit is
/// reported here.
void apply_override(Item& root, const std::string& argument, Diagnostics& problems);

/// The same for a value that has been read already; problems are reported at its source.
void assign(Item& root, const std::string& path, const Item& value, Diagnostics& problems);

}  // namespace glia::config
