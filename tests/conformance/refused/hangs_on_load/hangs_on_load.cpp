// SPDX-License-Identifier: MIT
#include "../bad.hpp"

#include <unistd.h>

namespace {
const bool never = [] {
  for (;;) ::pause();
  return true;
}();
}  // namespace

GLIA_PLUGIN("1.0.0", bad::still("hangs"))
