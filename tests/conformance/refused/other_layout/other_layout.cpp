// SPDX-License-Identifier: MIT
// Its descriptors have another size: another standard library, or other flags.
#include "../bad.hpp"

BAD_ENTRY(glia::PluginEntry::expected_magic, sizeof(glia::PluginEntry), GLIA_SDK_MAJOR,
          GLIA_SDK_MINOR, 16, "1.0.0", &bad_descriptors);
