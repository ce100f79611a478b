// SPDX-License-Identifier: MIT
#pragma once

#include "config/fields.hpp"

namespace glia::config {

/// Reads `pattern`, `narrow_to | widen_to | repeat` and `defaults` of a network's table.
Block read_network_block(const Table& table, Reading& reading);

}  // namespace glia::config
