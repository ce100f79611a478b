// SPDX-License-Identifier: MIT
// The entry is not one.
#include "../bad.hpp"

extern "C" {
GLIA_API extern char GLIA_FINGERPRINT_SYMBOL[1];
GLIA_API extern const glia::PluginEntry glia_entry;
}
__attribute__((used)) char GLIA_FINGERPRINT_SYMBOL[1] = {1};
__attribute__((used)) const glia::PluginEntry glia_entry = {12345, 0, 0, 0, 0, "1.0.0", nullptr};
