// SPDX-License-Identifier: MIT
#pragma once

#include "limits.hpp"

namespace bench {

/// Prints what a training step of stacks of rows costs, by depth, width and batch.
void measure_stacks(const Limits& limits);

}  // namespace bench
