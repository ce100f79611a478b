// SPDX-License-Identifier: MIT
// A fingerprint of some later form.
#include "../bad.hpp"

extern "C" GLIA_API char glia_abi__2__newer_form[1];
__attribute__((used)) char glia_abi__2__newer_form[1] = {1};
