// SPDX-License-Identifier: MIT
#include "../bad.hpp"

#include <cstdio>

namespace {
const bool never = [] {
  bad::leave_trace();
  std::fputs("my licence server is away\n", stderr);
  std::abort();
  return true;
}();
}  // namespace

GLIA_PLUGIN("1.0.0", bad::still("aborts"))
