// SPDX-License-Identifier: MIT
// Nothing is wrong with this one: it must load whatever stands beside it.
#include "../bad.hpp"

namespace {
const bool traced = bad::leave_trace();
}

GLIA_PLUGIN("1.2.3", bad::still("good_neighbour"))
