// SPDX-License-Identifier: MIT
// Built against another LibTorch.
#include "../bad.hpp"

#define OTHER                                                                              \
  GLIA_EXPAND_FINGERPRINT(GLIA_SDK_MAJOR, GLIA_SDK_MINOR, 9, 8, 7, _GLIBCXX_USE_CXX11_ABI, \
                          GLIA_COMPILER_FAMILY, GLIA_DEBUG_CONTAINERS)

extern "C" GLIA_API char OTHER[1];
__attribute__((used)) char OTHER[1] = {1};
