// SPDX-License-Identifier: MIT
// A fingerprint and nothing behind it.
#include "../bad.hpp"

extern "C" GLIA_API char GLIA_FINGERPRINT_SYMBOL[1];
__attribute__((used)) char GLIA_FINGERPRINT_SYMBOL[1] = {1};
