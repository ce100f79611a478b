// SPDX-License-Identifier: MIT
#include "config/host_tables.hpp"

#include <algorithm>
#include <utility>

namespace glia::config {
namespace {

std::vector<FieldSpec> joined(std::vector<FieldSpec> first, const std::vector<FieldSpec>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

template <class Schema>
HostTable table_of(const Schema& schema, const char* name, const char* doc) {
  HostTable table{.name = name, .doc = doc, .fields = schema.fields()};
  table.violations = [schema](const ValueMap& values) { return schema.violations(values); };
  return table;
}

/// What fields that name declared things may hold, with what each choice means.
void offer_choices(HostTable& table) {
  for (const auto& selection : table.selections) table.names.emplace(selection, selection);
  for (FieldSpec& field : table.fields) {
    const auto kind = table.names.find(field.name);
    if (kind == table.names.end()) continue;
    for (const Declared* choice : declared(kind->second)) {
      field.choices.push_back(choice->name);
      field.doc += ' ' + choice->name + ": " + choice->doc;
    }
  }
}

Section damage_section() {
  return {"damage", "How its weights are damaged after training, to test what they withstand."};
}

Section train_section() { return {"train", "How it is trained."}; }

Section pattern_section() { return {"pattern", "The steps, in order."}; }

}  // namespace

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

const HostTable& dataset_table() {
  static const HostTable table = [] {
    auto made = table_of(dataset_schema, "dataset", "Where samples come from.");
    made.plugin = PluginKind::dataset;
    return made;
  }();
  return table;
}

const HostTable& encoder_table() {
  static const HostTable table = [] {
    auto made = table_of(encoder_schema, "encoder",
                         "Turns samples into the row of features that networks hear.");
    made.sections = {train_section()};
    made.plugin = PluginKind::encoder;
    made.inherited = {"seed"};
    return made;
  }();
  return table;
}

const HostTable& network_table() {
  static const HostTable table = [] {
    auto made =
        table_of(network_schema, "network", "A pattern of wave layers and activations, repeated.");
    made.fields = joined(std::move(made.fields), block_schema.fields());
    made.sections = {
        pattern_section(),
        {"defaults", "Values for all wave layers that have such a field and do not set it."}};
    return made;
  }();
  return table;
}

const HostTable& step_table() {
  static const HostTable table = [] {
    auto made =
        table_of(step_schema, "step", "One of: a wave layer, an activation, a pattern of its own.");
    made.fields = joined(std::move(made.fields), block_schema.fields());
    made.sections = {pattern_section()};
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

const HostTable& head_table() {
  static const HostTable table = [] {
    auto made = table_of(head_schema, "head", "Reads the last row, answers and is scored.");
    made.sections = {train_section(), damage_section()};
    made.names = {{"metrics", "metric"}};
    offer_choices(made);
    made.plugin = PluginKind::head;
    return made;
  }();
  return table;
}

const HostTable& damage_table() {
  static const HostTable table =
      table_of(damage_schema, "damage", "How a trained network is damaged.");
  return table;
}

const HostTable& train_table() {
  static const HostTable table = [] {
    auto made = table_of(train_schema, "train", "How a node is trained.");
    made.selections = {"optimizer", "schedule"};
    offer_choices(made);
    return made;
  }();
  return table;
}

const std::vector<std::string>& top_level_tables() {
  static const std::vector<std::string> names{pipeline_table().name, dataset_table().name,
                                              encoder_table().name,  network_table().name,
                                              head_table().name,     "sweep"};
  return names;
}

}  // namespace glia::config
