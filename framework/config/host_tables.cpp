// SPDX-License-Identifier: MIT
#include "config/host_tables.hpp"

namespace glia::config {
namespace {

std::vector<FieldSpec> joined(std::vector<FieldSpec> first, const std::vector<FieldSpec>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
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
  static const HostTable table{
      "pipeline", "The pipeline as a whole.", pipeline_schema.fields(), {}, {}};
  return table;
}

const HostTable& dataset_table() {
  static const HostTable table{
      "dataset", "Where samples come from.", dataset_schema.fields(), {}, PluginKind::dataset};
  return table;
}

const HostTable& encoder_table() {
  static const HostTable table{"encoder",
                               "Turns samples into the row of features that networks hear.",
                               encoder_schema.fields(),
                               {train_section()},
                               PluginKind::encoder};
  return table;
}

const HostTable& network_table() {
  static const HostTable table{
      "network",
      "A pattern of wave layers and activations, repeated.",
      joined(network_schema.fields(), block_schema.fields()),
      {pattern_section(),
       {"defaults", "Values for all wave layers that have such a field and do not set it."}},
      {}};
  return table;
}

const HostTable& step_table() {
  static const HostTable table{"step",
                               "One of: a wave layer, an activation, a pattern of its own.",
                               joined(step_schema.fields(), block_schema.fields()),
                               {pattern_section()},
                               PluginKind::wave_layer};
  return table;
}

const HostTable& head_table() {
  static const HostTable table{"head",
                               "Reads the last row, answers and is scored.",
                               head_schema.fields(),
                               {train_section(), damage_section()},
                               PluginKind::head};
  return table;
}

const HostTable& damage_table() {
  static const HostTable table{
      "damage", "How a trained network is damaged.", damage_schema.fields(), {}, {}};
  return table;
}

const HostTable& train_table() {
  static const HostTable table{"train", "How a node is trained.", train_schema.fields(), {}, {}};
  return table;
}

const std::vector<std::string>& top_level_tables() {
  static const std::vector<std::string> names{pipeline_table().name, dataset_table().name,
                                              encoder_table().name,  network_table().name,
                                              head_table().name,     "sweep"};
  return names;
}

}  // namespace glia::config
