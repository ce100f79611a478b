// SPDX-License-Identifier: MIT
#include "../bad.hpp"

namespace elsewhere {
int missing_function(int);
}

GLIA_PLUGIN("1.0.0", bad::still(elsewhere::missing_function(1) ? "one" : "other"))
