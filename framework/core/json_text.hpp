// SPDX-License-Identifier: MIT
#pragma once

#include <glia/sdk/export.hpp>

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

/// The door through which JSON comes and goes: limits hold wherever a text enters, and the library's
/// parser and writer, which are templates, are compiled once and not in each file that has JSON.
namespace glia {

/// The value of a JSON text, whose object's members are sorted by name. `look` is told of each part
/// as it is read, as nlohmann's parser_callback_t. Error (data) if lists and objects nest too deep;
/// nlohmann::json::exception if it is no JSON, for json_trouble. [thread-safe]
GLIA_API nlohmann::json read_json(std::string_view text,
                                  const nlohmann::json::parser_callback_t& look = nullptr);

/// The same with members in the order of the text. Error (data) also for an object of more members
/// than can be kept so.
GLIA_API nlohmann::ordered_json read_ordered_json(std::string_view text);

/// The same of a text that may be none: then the value is_discarded(), and neither object nor list.
GLIA_API nlohmann::json perhaps_json(std::string_view text);
GLIA_API nlohmann::ordered_json perhaps_ordered_json(std::string_view text);

/// The text of a value, on one line or with so many spaces for each level. Bytes that are not UTF-8,
/// which text from plugins and names of files may hold, become U+FFFD. [thread-safe]
GLIA_API std::string json_text(const nlohmann::json& value, int indent = -1);
GLIA_API std::string json_text(const nlohmann::ordered_json& value, int indent = -1);

/// On one line, for what must be read back as it is: nlohmann::json::exception for bytes that are
/// not UTF-8.
GLIA_API std::string exact_json_text(const nlohmann::json& value);
GLIA_API std::string exact_json_text(const nlohmann::ordered_json& value);

}  // namespace glia
