// SPDX-License-Identifier: MIT
// Built against another SDK; loading it would leave a trace.
#include "../bad.hpp"

#define OTHER                                                                                   \
  GLIA_EXPAND_FINGERPRINT(99, 0, TORCH_VERSION_MAJOR, TORCH_VERSION_MINOR, TORCH_VERSION_PATCH, \
                          _GLIBCXX_USE_CXX11_ABI, GLIA_COMPILER_FAMILY, GLIA_DEBUG_CONTAINERS)

extern "C" GLIA_API char OTHER[1];
__attribute__((used)) char OTHER[1] = {1};

namespace {
const bool traced = bad::leave_trace();
}
