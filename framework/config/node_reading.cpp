// SPDX-License-Identifier: MIT
#include "config/node_reading.hpp"

#include "config/plugins.hpp"
#include "config/selections.hpp"

#include <utility>
#include <variant>

namespace glia::config {

FieldValues read_host_fields(const HostTable& host, const std::vector<FieldSpec>& fields,
                             const Table& table, Reading& reading, Node& node) {
  FieldValues read = read_fields(table, fields, reading, nullptr, &host.lists);
  for (const auto& name : host.lists) {
    const auto it = read.values.find(name);
    if (it == read.values.end()) continue;
    if (std::holds_alternative<std::vector<std::string>>(it->second)) read.values.erase(it);
  }
  for (const auto& field : host.fields) {
    if (table.find(field.name)) node.given.push_back(field.name);
  }
  return read;
}

namespace {

/// A table within a node's, or its defaults.
SelectedValues read_section(const Table& node, const std::string& name, const HostTable& host,
                            Reading& reading) {
  static const Item none;
  Table table{&none, node.source, node.path + '.' + name};
  if (const Member* member = node.find(name)) {
    if (auto found = as_table(*member, table.path, reading.problems)) table = *found;
  }
  return read_selected(host, table, reading);
}

}  // namespace

TrainSpec read_train(const Table& node, Reading& reading) {
  SelectedValues read = read_section(node, "train", train_table(), reading);
  TrainSpec train = train_schema.parse(read.own.values);
  train.settings = std::move(read.settings);
  const Member* section = node.find("train");
  const auto place = [&](const char* key) {
    const Member* found = section ? section->value.find(key) : nullptr;
    return found ? found->value.source : section ? section->source : node.source;
  };
  train.device_source = place("device");
  train.backend_source = place("backend");
  train.patience_source = place("patience");
  return train;
}

PluginUse plugin_of(const HostTable& host, const Table& node, Reading& reading) {
  const Member* name = node.find("plugin");
  return name ? read_plugin(host, node, *name, reading) : PluginUse{};
}

TableNode read_table_node(const HostTable& host, const Table& table, Reading& reading) {
  TableNode node;
  FieldValues read = read_host_fields(host, host.fields, table, reading, node);
  static_cast<JoinKeys&>(node) = join_schema.parse(read.values);
  if (read.ok && host.violations) {
    for (const auto& sentence : host.violations(read.values)) {
      reading.problems.error(table.blame(), sentence);
    }
  }
  node.values = std::move(read.values);
  for (const Section& section : host.sections) {
    if (!section.table) continue;
    SelectedValues inner = read_section(table, section.name, section.table(), reading);
    inner.own.values.merge(inner.settings);
    node.sections[section.name] = std::move(inner.own.values);
  }
  if (host.plugin) {
    node.use = plugin_of(host, table, reading);
  } else {
    refuse_unknown_keys(table, host.keys(), reading.problems);
  }
  return node;
}

}  // namespace glia::config
