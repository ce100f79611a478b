// SPDX-License-Identifier: MIT
#include "config/item_text.hpp"

#include <glia/sdk/value.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <variant>

namespace glia::config {

std::string toml_text(const Item& item) {
  std::string text;
  const char* separator = "";
  if (item.is_array()) {
    for (const auto& element : item.items) {
      text += separator + toml_text(element);
      separator = ", ";
    }
    return '[' + text + ']';
  }
  if (item.is_table()) {
    for (const auto& member : item.members) {
      text +=
          fmt::format("{}{} = {}", separator, to_text(Value{member.key}), toml_text(member.value));
      separator = ", ";
    }
    return fmt::format("{{ {} }}", text);
  }
  if (const auto* value = std::get_if<bool>(&item.scalar)) return to_text(Value{*value});
  if (const auto* value = std::get_if<std::int64_t>(&item.scalar)) return to_text(Value{*value});
  if (const auto* value = std::get_if<double>(&item.scalar)) return to_text(Value{*value});
  if (const auto* value = std::get_if<std::string>(&item.scalar)) return to_text(Value{*value});
  return "\"\"";
}

nlohmann::ordered_json json_value(const Item& item) {
  nlohmann::ordered_json json;
  if (item.is_array()) {
    json = nlohmann::ordered_json::array();
    for (const auto& element : item.items) json.push_back(json_value(element));
  } else if (item.is_table()) {
    json = nlohmann::ordered_json::object();
    for (const auto& member : item.members) json[member.key] = json_value(member.value);
  } else {
    std::visit(
        [&](const auto& value) {
          if constexpr (!std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
            json = value;
          }
        },
        item.scalar);
  }
  return json;
}

}  // namespace glia::config
