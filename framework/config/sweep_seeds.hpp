// SPDX-License-Identifier: MIT
#pragma once

#include "config/document.hpp"
#include "core/diagnostics.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace glia::config {

/// The seeds of a sweep: as listed, or as many as are asked for, counted up from the pipeline's own.
/// Nothing, and a problem at the item, where they are neither.
std::optional<std::vector<std::uint64_t>> read_seeds(const Item& item, std::uint64_t first,
                                                     Diagnostics& problems);

}  // namespace glia::config
