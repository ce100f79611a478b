// SPDX-License-Identifier: MIT
#pragma once

#include "catch.hpp"

#include <string>

/// Checks that a text has this part, and shows the text if it has not.
inline void says(const std::string& text, const std::string& part) {
  INFO(text);
  CHECK(text.find(part) != std::string::npos);
}
