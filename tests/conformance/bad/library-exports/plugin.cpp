// SPDX-License-Identifier: MIT
// Exports a function that another library may have too.
#include "../bad.hpp"

extern "C" GLIA_API int helper(int number) { return number + 1; }

BAD_PLUGIN(bad::wave<bad::Wave>())
