// SPDX-License-Identifier: MIT
#include "../bad.hpp"

BAD_ENTRY(glia::PluginEntry::expected_magic, 8, GLIA_SDK_MAJOR, GLIA_SDK_MINOR,
          sizeof(glia::Descriptor), "1.0.0", &bad_descriptors);
