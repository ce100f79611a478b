// SPDX-License-Identifier: MIT
#pragma once

#include "cli/command.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <string>

namespace glia::cli {

/// For options of unsigned numbers: CLI11 alone takes -1 for the greatest, 010 for 8, and whatever
/// 64 bits do not hold for the greatest again.
inline CLI::Validator whole_number() {
  const auto problem = [](std::string& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    const bool octal = text.size() > 1 && text.front() == '0';
    return whole && !octal ? std::string()
                           : fmt::format("'{}' is no whole number from 0 to {}", text, UINT64_MAX);
  };
  return CLI::Validator(problem, "");
}

}  // namespace glia::cli
