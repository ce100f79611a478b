// SPDX-License-Identifier: MIT
// A version that nobody can compare.
#include "../bad.hpp"

GLIA_PLUGIN("spring edition", bad::wave<bad::Wave>())
