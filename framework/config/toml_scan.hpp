// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace glia::config {

/// What a look over a TOML text shows before any parser reads it.
struct TomlScan {
  /// Byte where tables and lists, dots of keys counted, begin to nest deeper than `deepest_toml`.
  std::optional<std::size_t> too_deep;
  bool comment = false;  ///< whether a comment begins somewhere
};

inline constexpr std::size_t deepest_toml = 100;

TomlScan scan_toml(std::string_view text);

}  // namespace glia::config
