// SPDX-License-Identifier: MIT
#pragma once

#include "core/diagnostics.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace glia::config {

struct Member;

/// A TOML value and where it was written: the document without its parser's types.
struct Item {
  enum class Kind { boolean, integer, real, text, date, array, table };

  Kind kind = Kind::table;
  std::variant<std::monostate, bool, std::int64_t, double, std::string> scalar;
  std::vector<Item> items;      ///< of an array
  std::vector<Member> members;  ///< of a table, in the order of the file
  Source source;

  bool is_table() const { return kind == Kind::table; }
  bool is_array() const { return kind == Kind::array; }
  /// The text, or nullptr if the value is something else.
  const std::string* text() const { return std::get_if<std::string>(&scalar); }
  /// The member of this name, or nullptr.
  const Member* find(std::string_view key) const;
  Member* find(std::string_view key);
};

/// A key of a table with its value. An override changes the value and leaves the key's source.
struct Member {
  std::string key;
  Source source;
  Item value;
};

/// Error (configuration) with the position of the first syntax error.
Item parse_document(const std::string& text, const std::string& file);

/// One value as on the right of '=': TOML, or else bare text. Nothing if it is not even UTF-8.
std::optional<Item> parse_value(const std::string& text, const Source& source);

/// `text "ten"`, "the integer 5", "a table": what was found where something else was wanted.
std::string describe(const Item& item);

}  // namespace glia::config
