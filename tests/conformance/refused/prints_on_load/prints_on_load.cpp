// SPDX-License-Identifier: MIT
// Legal, if rude: what it prints must not confuse the scan.
#include "../bad.hpp"

#include <cstdio>

namespace {
const bool printed = [] {
  if (std::getenv("GLIA_TEST_QUIET")) return true;
  std::puts("{\"end\": \"/nowhere.so\"}");
  std::fflush(stdout);
  return true;
}();
}  // namespace

GLIA_PLUGIN("1.0.0", bad::still("prints"))
