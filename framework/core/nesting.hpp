// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstddef>
#include <string_view>

namespace glia {

/// How deep values may nest in a text that we read: parsers and what they build call themselves
/// once per level, and the stack ends.
inline constexpr std::size_t deepest_nesting = 100;

/// The JSON text as it is. Error (data) if its lists and objects nest deeper than that; to be asked
/// before any JSON is parsed that this process did not write itself. [thread-safe]
GLIA_API std::string_view shallow_json(std::string_view text);

/// How many members an object may have whose members keep their order: looking for a name in it
/// takes a step for each.
inline constexpr std::size_t most_ordered_members = 10'000;

/// The same, and Error (data) if an object has more members than that. [thread-safe]
GLIA_API std::string_view small_json(std::string_view text);

}  // namespace glia
