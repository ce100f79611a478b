// SPDX-License-Identifier: MIT
// Built against SDK 1, whose fingerprint names no minor; loading it would leave a trace.
#include "../bad.hpp"

#define JOIN(major, minor, patch, cxx11, family, debug) \
  glia_abi__1__torch_##major##_##minor##_##patch##__cxx11_##cxx11##__##family##__debug_##debug
#define EXPAND(...) JOIN(__VA_ARGS__)
#define OTHER                                                                                   \
  EXPAND(TORCH_VERSION_MAJOR, TORCH_VERSION_MINOR, TORCH_VERSION_PATCH, _GLIBCXX_USE_CXX11_ABI, \
         GLIA_COMPILER_FAMILY, GLIA_DEBUG_CONTAINERS)

extern "C" GLIA_API char OTHER[1];
__attribute__((used)) char OTHER[1] = {1};

namespace {
const bool traced = bad::leave_trace();
}
