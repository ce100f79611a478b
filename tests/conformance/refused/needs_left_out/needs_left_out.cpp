// SPDX-License-Identifier: MIT
// Uses a library that LibTorch names without using it, and that the program therefore leaves out.
#include "../bad.hpp"

extern "C" unsigned avutil_version();

GLIA_PLUGIN("1.0.0", bad::still(avutil_version() > 0 ? "filmed" : "other"))
