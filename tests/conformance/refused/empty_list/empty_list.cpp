// SPDX-License-Identifier: MIT
#include "../bad.hpp"

GLIA_PLUGIN("1.0.0")
