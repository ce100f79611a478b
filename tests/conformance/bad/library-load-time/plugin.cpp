// SPDX-License-Identifier: MIT
// Computes for 0.4 seconds in a static initialiser.
#include "../bad.hpp"

#include <time.h>

namespace {
const bool late = [] {
  timespec now{};
  do {
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    static const auto start = now;
    if (1000 * (now.tv_sec - start.tv_sec) + (now.tv_nsec - start.tv_nsec) / 1000000 > 400) break;
  } while (true);
  return true;
}();
}  // namespace

BAD_PLUGIN(bad::wave<bad::Wave>())
