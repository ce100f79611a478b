// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <string>

namespace glia {

/// What to do where a file could not be written for this reason (errno): a full disk, a limit. "" for
/// others.
GLIA_API std::string write_remedy(int reason);

}  // namespace glia
