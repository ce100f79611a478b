// SPDX-License-Identifier: MIT
#include "../bad.hpp"

BAD_ENTRY(0xdeadbeef, sizeof(glia::PluginEntry), GLIA_SDK_MAJOR, GLIA_SDK_MINOR,
          sizeof(glia::Descriptor), "1.0.0", &bad_descriptors);
