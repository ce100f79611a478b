// SPDX-License-Identifier: MIT
// No pipeline file could name it.
#include "../bad.hpp"

BAD_PLUGIN(glia::wave_layer<bad::Wave>("Bad Name", bad::schema, "A layer with one fault."))
