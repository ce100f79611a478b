// SPDX-License-Identifier: MIT
// Greets.
#include "../bad.hpp"

#include <cstdio>

namespace {
const bool greeted = std::puts("Thank you for using bad waves!") > 0;
}

BAD_PLUGIN(bad::wave<bad::Wave>())
