// SPDX-License-Identifier: MIT
#include "core/json_text.hpp"

#include "core/nesting.hpp"

#include <glia/sdk/error.hpp>

namespace glia {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

template <class Json>
std::string replacing(const Json& value, int indent) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

json read_json(std::string_view text, const json::parser_callback_t& look) {
  return json::parse(shallow_json(text), look);
}

ordered_json read_ordered_json(std::string_view text) {
  return ordered_json::parse(small_json(text));
}

json perhaps_json(std::string_view text) {
  try {
    return json::parse(shallow_json(text), nullptr, false);
  } catch (const Error&) {  // no text that glia wrote nests so deep
    return json::value_t::discarded;
  }
}

ordered_json perhaps_ordered_json(std::string_view text) {
  try {
    return ordered_json::parse(small_json(text), nullptr, false);
  } catch (const Error&) {
    return ordered_json::value_t::discarded;
  }
}

std::string json_text(const json& value, int indent) { return replacing(value, indent); }
std::string json_text(const ordered_json& value, int indent) { return replacing(value, indent); }

std::string exact_json_text(const json& value) { return value.dump(); }
std::string exact_json_text(const ordered_json& value) { return value.dump(); }

}  // namespace glia
