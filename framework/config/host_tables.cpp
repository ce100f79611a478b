// SPDX-License-Identifier: MIT
#include "config/host_tables.hpp"

#include "config/node_kind.hpp"
#include "config/tables/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace glia::config {
namespace {

std::vector<FieldSpec> joined(std::vector<FieldSpec> first, const std::vector<FieldSpec>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

void offer_choices(HostTable& table) {
  for (const auto& selection : table.selections) table.names.emplace(selection, selection);
  for (FieldSpec& field : table.fields) {
    const auto kind = table.names.find(field.name);
    if (kind == table.names.end()) continue;
    for (const Declared* choice : declared(kind->second)) {
      field.choices.push_back(choice->name);
      field.doc += fmt::format(" {}: {}", choice->name, choice->doc);
    }
  }
}

std::vector<std::string> HostTable::keys() const {
  std::vector<std::string> all;
  for (const auto& field : fields) all.push_back(field.name);
  for (const auto& section : sections) all.push_back(section.name);
  return all;
}

const HostTable& pipeline_table() {
  static const HostTable table = table_of(pipeline_schema, "pipeline", "The pipeline as a whole.");
  return table;
}

const HostTable& step_table() {
  static const HostTable table = [] {
    auto made =
        table_of(step_schema, "step", "One of: a wave layer, an activation, a pattern of its own.");
    made.fields = joined(std::move(made.fields), block_schema.fields());
    made.sections = {{"pattern", "The steps, in order.", Section::Holds::steps}};
    made.plugin = PluginKind::wave_layer;
    return made;
  }();
  return table;
}

const HostTable& activation_table() {
  static const HostTable table = [] {
    auto fields = step_schema.fields();
    std::erase_if(fields, [](const FieldSpec& field) { return field.name != "activation"; });
    return HostTable{.name = "activation step",
                     .doc = "A function of the cells of the row.",
                     .fields = std::move(fields),
                     .plugin = PluginKind::activation};
  }();
  return table;
}

const HostTable& train_table() {
  static const HostTable table = [] {
    auto made = table_of(train_schema, "train", "How a node is trained.");
    made.selections = {"optimizer", "schedule"};
    made.names = {{"backend", "backend"}};
    offer_choices(made);
    return made;
  }();
  return table;
}

Section train_section() {
  return {"train", "How it is trained.", Section::Holds::table, train_table};
}

const std::vector<const HostTable*>& section_tables() {
  static const std::vector<const HostTable*> tables = [] {
    std::vector<const HostTable*> all;
    for (const NodeKind* kind : node_kinds()) {
      for (const Section& section : kind->table().sections) {
        const HostTable* table = section.table ? &section.table() : nullptr;
        if (table && std::find(all.begin(), all.end(), table) == all.end()) all.push_back(table);
      }
    }
    return all;
  }();
  return tables;
}

const std::vector<std::string>& top_level_tables() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all{pipeline_table().name};
    for (const NodeKind* kind : node_kinds()) all.push_back(kind->name);
    all.emplace_back("sweep");
    return all;
  }();
  return names;
}

}  // namespace glia::config
