// SPDX-License-Identifier: MIT
#include "cli/plugin_text.hpp"
#include "core/json_text.hpp"
#include "plugin/example.hpp"
#include "plugin/library.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <optional>
#include <type_traits>

namespace glia::cli {
namespace {

// Keys in the order in which plugin_text.hpp documents them.
using Json = nlohmann::ordered_json;

std::string dumped(const Json& json) { return json_text(json, 2) + '\n'; }

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(to_text(Value(value)));
}

Json bound(const std::optional<double>& value) { return value ? number(*value) : Json(); }

Json value_json(const Value& value) {
  return std::visit(
      [](const auto& v) -> Json {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, double>) {
          return number(v);
        } else if constexpr (std::is_same_v<T, std::vector<double>>) {
          Json list = Json::array();
          for (const double element : v) list.push_back(number(element));
          return list;
        } else {
          return v;
        }
      },
      value);
}

Json identity(const CatalogEntry& entry) {
  return {{"kind", plugin::kind_key(entry.descriptor->kind)},
          {"id", entry.descriptor->id},
          {"version", entry.version},
          {"doc", entry.descriptor->doc},
          {"file", entry.file}};
}

Json refusal(const plugin::Refusal& refused) {
  return {{"file", refused.file},
          {"reason", refused.reason},
          {"hint", refused.hint},
          {"duplicate", refused.duplicate}};
}

Json parameter(const FieldSpec& field) {
  return {{"name", field.name},
          {"type", kind_name(field.kind)},
          {"required", field.required},
          {"default", field.required ? Json() : value_json(field.default_value)},
          {"min", bound(field.min)},
          {"max", bound(field.max)},
          {"min_open", field.min_open},
          {"max_open", field.max_open},
          {"choices", field.choices},
          {"unit", field.unit},
          {"doc", field.doc}};
}

}  // namespace

std::string list_json(const plugin::Registry& registry) {
  Json all{{"plugins", Json::array()}, {"refused", Json::array()}, {"searched", Json::array()}};
  for (const auto* entry : registry.all()) all["plugins"].push_back(identity(*entry));
  for (const auto& refused : registry.refusals()) all["refused"].push_back(refusal(refused));
  for (const auto& folder : registry.searched()) {
    all["searched"].push_back(
        {{"folder", folder.path.string()}, {"origin", folder.origin}, {"problem", folder.problem}});
  }
  return dumped(all);
}

std::string inspect_json(const std::vector<const CatalogEntry*>& entries) {
  Json all{{"plugins", Json::array()}};
  for (const auto* entry : entries) {
    const Descriptor& d = *entry->descriptor;
    Json one = identity(*entry);
    one["fingerprint"] = plugin::host_fingerprint_symbol();
    one["parameters"] = Json::array();
    for (const auto& field : d.fields) one["parameters"].push_back(parameter(field));
    one["files"] = Json::array();
    for (const auto& file : d.files) {
      one["files"].push_back({{"name", file.name}, {"sha256", file.sha256}, {"urls", file.urls}});
    }
    one["example"] = plugin::example_toml(d);
    all["plugins"].push_back(std::move(one));
  }
  return dumped(all);
}

std::string refusal_json(const plugin::Refusal& refused) {
  Json one = refusal(refused);
  one["comparison"] = Json::array();
  if (const auto fingerprint = plugin::read_fingerprint(refused.file)) {
    for (const auto& row : plugin::compare(plugin::host_fingerprint(), *fingerprint)) {
      one["comparison"].push_back(
          {{"field", row.field}, {"host", row.host}, {"plugin", row.plugin}});
    }
  }
  return dumped({{"plugins", Json::array()}, {"refused", Json::array({one})}});
}

}  // namespace glia::cli
