// SPDX-License-Identifier: MIT
// Offers something new, and something that good_neighbour offers: neither may be registered.
#include "../bad.hpp"

GLIA_PLUGIN("1.0.0", bad::still("newcomer"), bad::still("good_neighbour"))
