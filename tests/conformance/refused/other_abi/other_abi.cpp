// SPDX-License-Identifier: MIT
// Built with the C++ ABI of before 2011; loading it would leave a trace.
#include "../bad.hpp"

#define OTHER                                                                                \
  GLIA_EXPAND_FINGERPRINT(GLIA_SDK_MAJOR, GLIA_SDK_MINOR, TORCH_VERSION_MAJOR,               \
                          TORCH_VERSION_MINOR, TORCH_VERSION_PATCH, 0, GLIA_COMPILER_FAMILY, \
                          GLIA_DEBUG_CONTAINERS)

extern "C" GLIA_API char OTHER[1];
__attribute__((used)) char OTHER[1] = {1};

namespace {
const bool traced = bad::leave_trace();
}
