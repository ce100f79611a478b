// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <string>

namespace glia::cli {

/// printf into a string of at most 255 characters: std::format is not in the compiler that we
/// support.
template <class... Values>
std::string format(const char* pattern, Values... values) {
  char text[256];
  std::snprintf(text, sizeof text, pattern, values...);
  return text;
}

}  // namespace glia::cli
