// SPDX-License-Identifier: MIT
#include "config/editor_schema.hpp"

#include "config/host_tables.hpp"
#include "config/node_kind.hpp"
#include "config/sweep_keys.hpp"
#include "core/json_text.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace glia::config {
namespace {

using Json = nlohmann::ordered_json;

Json value_json(const Value& value) {
  return std::visit(
      [](const auto& v) -> Json {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, double>) {
          return std::isfinite(v) ? Json(v) : Json();
        } else {
          return v;
        }
      },
      value);
}

/// "Width of the blur. In cells; default 1.0."
std::string description(const FieldSpec& field) {
  std::string text = field.doc;
  std::string more;
  if (!field.unit.empty()) more = "In " + field.unit;
  if (!field.required)
    more += (more.empty() ? "Default " : "; default ") + to_text(field.default_value);
  if (field.required) more += more.empty() ? "Required" : "; required";
  return text + (text.empty() ? "" : " ") + more + '.';
}

/// One value of the kind, or one element of a list of it.
Json scalar(const FieldSpec& field) {
  Json json;
  switch (field.kind) {
    case FieldKind::boolean:
      json["type"] = "boolean";
      break;
    case FieldKind::integer:
    case FieldKind::integers:
      json["type"] = "integer";
      break;
    case FieldKind::real:
    case FieldKind::reals:
      json["type"] = "number";
      break;
    case FieldKind::text:
    case FieldKind::texts:
      json["type"] = "string";
      if (!field.choices.empty()) json["enum"] = field.choices;
      return json;
  }
  if (field.min) json["minimum"] = *field.min;
  if (field.min && field.min_open) json["exclusiveMinimum"] = true;
  if (field.max) json["maximum"] = *field.max;
  if (field.max && field.max_open) json["exclusiveMaximum"] = true;
  return json;
}

Json field_schema(const FieldSpec& field) {
  Json json = scalar(field);
  if (field.kind >= FieldKind::integers) json = Json{{"type", "array"}, {"items", json}};
  json["description"] = description(field);
  const Json standard = value_json(field.default_value);
  const bool open = !field.choices.empty() && standard == "";  // follows from elsewhere
  if (!field.required && !standard.is_null() && !open) json["default"] = standard;
  return json;
}

/// Turns the field of a text into one that may be a list of several, too.
void allow_list(Json& field) {
  Json one{{"type", field["type"]}};
  Json several{{"type", "array"}, {"items", one}, {"minItems", 2}, {"uniqueItems", true}};
  field.erase("type");
  field["anyOf"] = Json::array({one, several});
}

Json object(const std::string& doc, Json properties,
            const std::vector<std::string>& required = {}) {
  Json json{{"type", "object"}};
  if (!doc.empty()) json["description"] = doc;
  json["properties"] = std::move(properties);
  if (!required.empty()) json["required"] = required;
  json["additionalProperties"] = false;
  return json;
}

void add_fields(Json& properties, std::vector<std::string>& required,
                const std::vector<FieldSpec>& fields) {
  for (const auto& field : fields) {
    properties[field.name] = field_schema(field);
    if (field.required) required.push_back(field.name);
  }
}

Json plain_table(const HostTable& table) {
  Json properties = Json::object();
  std::vector<std::string> required;
  add_fields(properties, required, table.fields);
  for (const auto& selection : table.selections) {
    for (const Declared* choice : declared(selection)) {
      for (FieldSpec field : choice->fields) {
        if (properties.contains(field.name)) continue;  // of a choice before this one
        field.doc = fmt::format("Of {} '{}': {}", selection, choice->name, field.doc);
        properties[field.name] = field_schema(field);
      }
    }
  }
  return object(table.doc, properties, required);
}

Json reference(const std::string& name) { return {{"$ref", "#/definitions/" + name}}; }

/// Tables under a kind, [KIND.NAME]: any good name, each as `node` says.
Json named(const std::string& doc, Json node) {
  return {{"type", "object"},
          {"description", doc},
          {"patternProperties", {{"^[A-Za-z0-9_-]+$", std::move(node)}}},
          {"additionalProperties", false}};
}

/// Only one way to end a pattern.
Json one_end() {
  Json none = Json::array();
  constexpr std::array ends{"narrow_to", "widen_to", "repeat"};
  for (std::size_t i = 0; i < ends.size(); ++i) {
    for (std::size_t j = i + 1; j < ends.size(); ++j) {
      none.push_back({{"not", {{"required", {ends[i], ends[j]}}}}});
    }
  }
  return none;
}

Json pattern() {
  return {{"type", "array"},
          {"description", "The steps, in order."},
          {"minItems", 1},
          {"items", reference("step")}};
}

/// Fields of wave layers, each as any of them has it.
Json defaults(const std::string& doc, const Catalog& catalog) {
  Json all = Json::object();
  for (const auto* entry : catalog.all()) {
    if (entry->descriptor->kind != PluginKind::wave_layer) continue;
    for (const auto& field : entry->descriptor->fields) {
      Json& known = all[field.name];
      if (known.is_null()) known = {{"description", description(field)}, {"anyOf", Json::array()}};
      Json one = scalar(field);
      if (field.kind >= FieldKind::integers) one = Json{{"type", "array"}, {"items", one}};
      auto& choices = known["anyOf"];
      if (std::find(choices.begin(), choices.end(), one) == choices.end()) choices.push_back(one);
    }
  }
  return object(doc, all);
}

/// What a table holds besides the fields of its plugin.
void add_host_keys(Json& properties, std::vector<std::string>& required, const HostTable& table,
                   const Catalog& catalog) {
  add_fields(properties, required, table.fields);
  for (const auto& name : table.lists) allow_list(properties[name]);
  for (const auto& section : table.sections) {
    switch (section.holds) {
      case Section::Holds::table:
        properties[section.name] = reference(section.table().name);
        break;
      case Section::Holds::tables:
        properties[section.name] = {{"type", "array"},
                                    {"description", section.doc},
                                    {"items", reference(section.table().name)}};
        break;
      case Section::Holds::steps:
        properties[section.name] = pattern();
        required.push_back(section.name);
        break;
      case Section::Holds::defaults:
        properties[section.name] = defaults(section.doc, catalog);
        break;
    }
  }
}

/// One alternative per plugin of the table's kind, told apart by `key`.
Json alternatives(const HostTable& table, const Catalog& catalog, const std::string& key,
                  bool with_host_keys) {
  Json all = Json::array();
  for (const auto* entry : catalog.all()) {
    const Descriptor& plugin = *entry->descriptor;
    if (plugin.kind != *table.plugin) continue;
    Json properties = Json::object();
    std::vector<std::string> required;
    if (with_host_keys) add_host_keys(properties, required, table, catalog);
    add_fields(properties, required, plugin.fields);
    properties[key] = {{"enum", Json::array({plugin.id})}, {"description", plugin.doc}};
    if (std::find(required.begin(), required.end(), key) == required.end()) required.push_back(key);
    all.push_back(object(plugin.doc, properties, required));
    all.back()["title"] = plugin.id;
  }
  if (all.empty()) return {{"not", Json::object()}};  // there is no such plugin: nothing is right
  return {{"oneOf", all}};
}

/// Says what must be there of what was required of a table, and requires no more than `kept`.
Json take_required(Json& table, const std::vector<std::string>& kept) {
  Json required = table.value("required", Json::array());
  table.erase("required");
  if (!kept.empty()) table["required"] = kept;
  return required;
}

/// The tables of a kind of node, in a file that may leave anything to those that it extends; and
/// what must be there in one that extends none.
std::pair<Json, Json> nodes(const HostTable& table, const Catalog& catalog) {
  if (table.plugin) {
    Json all = alternatives(table, catalog, "plugin", true), needs = Json::array();
    if (!all.contains("oneOf")) return {named(table.doc, all), Json::object()};
    for (Json& one : all["oneOf"]) {
      needs.push_back({{"properties", {{"plugin", one["properties"]["plugin"]}}},
                       {"required", take_required(one, {"plugin"})}});
    }
    all["oneOf"].push_back({{"type", "object"}, {"not", {{"required", {"plugin"}}}}});
    return {named(table.doc, all), {{"additionalProperties", {{"anyOf", needs}}}}};
  }
  Json properties = Json::object();
  std::vector<std::string> required;
  add_host_keys(properties, required, table, catalog);
  Json node = object("", properties, required);
  const auto steps = std::any_of(table.sections.begin(), table.sections.end(),
                                 [](const auto& s) { return s.holds == Section::Holds::steps; });
  if (steps) node["allOf"] = one_end();
  Json needs = take_required(node, {});
  Json strict = Json::object();
  if (!needs.empty()) strict["additionalProperties"] = {{"required", needs}};
  return {named(table.doc, node), strict};
}

Json step(const Catalog& catalog) {
  Json all = alternatives(step_table(), catalog, "wave", false);
  Json choices = all.contains("oneOf") ? all["oneOf"] : Json::array();
  const Json phi = alternatives(activation_table(), catalog, "activation", false);
  for (const auto& one : phi.value("oneOf", Json::array())) choices.push_back(one);
  Json properties = Json::object();
  std::vector<std::string> required;
  add_fields(properties, required, block_schema.fields());
  properties["pattern"] = pattern();
  Json block = object("A pattern of its own.", properties, {"pattern"});
  block["allOf"] = one_end();
  choices.push_back(block);
  return {{"oneOf", choices}};
}

Json sweep() {
  Json table = plain_table(sweep_table());
  for (const auto& section : sweep_table().sections) {
    Json any{{"description", section.doc}};
    if (section.name == "axes" || section.name == "only_if") any["type"] = "object";
    if (section.name == "early_stopping") any = plain_table(stopping_table());
    if (section.name == "keep") any = plain_table(keep_table());
    for (const auto& launcher : launcher_tables()) {
      if (launcher.name == "sweep." + section.name) any = plain_table(launcher);
    }
    table["properties"][section.name] = any;
  }
  return table;
}

/// The files that a file is laid over.
Json extends() {
  return {
      {"description", "Pipeline files that this one is laid over; of several the later wins."},
      {"anyOf",
       {Json{{"type", "string"}}, Json{{"type", "array"}, {"items", Json{{"type", "string"}}}}}}};
}

}  // namespace

std::string editor_schema(const Catalog& catalog) {
  Json root{{"$schema", "http://json-schema.org/draft-04/schema#"}, {"title", "glia pipeline"}};
  root["type"] = "object";
  Json& tables = root["properties"] = {{"pipeline", plain_table(pipeline_table())}};
  Json any = Json::array();  // of what a run is for, one kind is enough
  Json whole = Json::object();
  for (const NodeKind* kind : node_kinds()) {
    std::tie(tables[kind->name], whole[kind->name]) = nodes(kind->table(), catalog);
    if (!kind->at_least_one) continue;
    tables[kind->name]["minProperties"] = 1;
    any.push_back(Json{{"required", {kind->name}}});
  }
  tables["sweep"] = sweep();
  tables["extends"] = extends();
  // A file that extends others may leave everything to them.
  root["anyOf"] = {Json{{"required", {"extends"}}},
                   Json{{"anyOf", std::move(any)}, {"properties", std::move(whole)}}};
  root["additionalProperties"] = false;
  for (const HostTable* table : section_tables()) {
    root["definitions"][table->name] = plain_table(*table);
  }
  root["definitions"]["step"] = step(catalog);
  return json_text(root, 2) + '\n';
}

}  // namespace glia::config
