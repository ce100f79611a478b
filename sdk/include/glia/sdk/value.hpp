// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace glia {

/// A parameter's value as it comes from TOML or the command line.
using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>,
                           std::vector<double>, std::vector<std::string>>;

/// Parameter name -> value, in canonical (alphabetical) order.
using ValueMap = std::map<std::string, Value, std::less<>>;

/// The kinds of value, in the order of the alternatives of `Value`.
enum class FieldKind { boolean, integer, real, text, integers, reals, texts };

/// "boolean", "integer", "number", "text", "list of integers", ...
GLIA_API const char* kind_name(FieldKind kind);

/// The value as TOML text; reading it back gives the same value, to the bit.
GLIA_API std::string to_text(const Value& value);

}  // namespace glia
