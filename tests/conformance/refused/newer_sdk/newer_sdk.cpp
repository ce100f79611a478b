// SPDX-License-Identifier: MIT
// Needs functions that this SDK does not have yet.
#include "../bad.hpp"

BAD_ENTRY(glia::PluginEntry::expected_magic, sizeof(glia::PluginEntry), GLIA_SDK_MAJOR,
          GLIA_SDK_MINOR + 1, sizeof(glia::Descriptor), "1.0.0", &bad_descriptors);
