// SPDX-License-Identifier: MIT
#include "../bad.hpp"

#include <unistd.h>

namespace {
const bool never = [] {
  ::_exit(3);
  return true;
}();
}  // namespace

GLIA_PLUGIN("1.0.0", bad::still("exits"))
