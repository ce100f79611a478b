// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/version.hpp>

#include <torch/version.h>

// The binary interface that a library was built against, as the *name* of an exported symbol: it
// can be read from the file before a single instruction of the library runs.
//
//   glia_abi__<SDK major>_<SDK minor>__torch_<version>__cxx11_<0|1>__<compiler family>__debug_<0|1>

#if defined(__clang__)
#define GLIA_COMPILER_FAMILY clang
#else
#define GLIA_COMPILER_FAMILY gnu
#endif

#ifdef _GLIBCXX_DEBUG
#define GLIA_DEBUG_CONTAINERS 1
#else
#define GLIA_DEBUG_CONTAINERS 0
#endif

#ifndef _GLIBCXX_USE_CXX11_ABI
#include <string>  // defines it
#endif

#define GLIA_JOIN_FINGERPRINT(sdk, sdk_minor, major, minor, patch, cxx11, family, debug) \
  glia_abi__##sdk##_##sdk_minor##__torch_##major##_##minor##_##patch##__cxx11_##cxx11##__##family##__debug_##debug
#define GLIA_EXPAND_FINGERPRINT(...) GLIA_JOIN_FINGERPRINT(__VA_ARGS__)

#define GLIA_FINGERPRINT_SYMBOL                                                             \
  GLIA_EXPAND_FINGERPRINT(GLIA_SDK_MAJOR, GLIA_SDK_MINOR, TORCH_VERSION_MAJOR,              \
                          TORCH_VERSION_MINOR, TORCH_VERSION_PATCH, _GLIBCXX_USE_CXX11_ABI, \
                          GLIA_COMPILER_FAMILY, GLIA_DEBUG_CONTAINERS)

#define GLIA_STRINGIFY(text) #text
#define GLIA_STRINGIFY_EXPANDED(text) GLIA_STRINGIFY(text)
/// The same as text.
#define GLIA_FINGERPRINT GLIA_STRINGIFY_EXPANDED(GLIA_FINGERPRINT_SYMBOL)
