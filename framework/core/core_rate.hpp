// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

namespace glia {

/// float32 fused multiply-adds a second of one core, all operands in registers, measured now: what
/// a matrix product can reach at best. Takes some hundredths of a second.
GLIA_API double multiply_add_rate();

}  // namespace glia
