// SPDX-License-Identifier: MIT
// The entry contradicts the fingerprint.
#include "../bad.hpp"

BAD_ENTRY(glia::PluginEntry::expected_magic, sizeof(glia::PluginEntry), 99, 4,
          sizeof(glia::Descriptor), "1.0.0", &bad_descriptors);
