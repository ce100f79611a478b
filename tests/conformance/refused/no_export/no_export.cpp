// SPDX-License-Identifier: MIT
// GLIA_PLUGIN was forgotten.
#include "../bad.hpp"

GLIA_API glia::Descriptor forgotten() { return bad::still("forgotten"); }
