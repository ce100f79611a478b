// SPDX-License-Identifier: MIT
// How the table of a node is read: what kinds of nodes have in common.
#pragma once

#include "config/fields.hpp"
#include "config/host_tables.hpp"
#include "config/seen_from.hpp"

#include <string>
#include <vector>

namespace glia::config {

/// Reads the host's fields of a table, those that may be lists (`HostTable::lists`) as they are
/// given; the values have only those given as one text. Notes which keys are given.
FieldValues read_host_fields(const HostTable& host, const std::vector<FieldSpec>& fields,
                             const Table& table, Reading& reading, Node& node);

/// The same into the struct that declares the keys; rules over several are checked.
template <class NodeType, class Schema>
void read_keys(NodeType& node, const Schema& schema, const HostTable& host,
               const std::vector<FieldSpec>& fields, const Table& table, Reading& reading) {
  using Keys = typename Schema::config_type;
  const FieldValues read = read_host_fields(host, fields, table, reading, node);
  static_cast<Keys&>(node) = schema.parse(read.values);
  static_cast<JoinKeys&>(node) = join_schema.parse(read.values);
  if (!read.ok) return;
  for (const auto& sentence : schema.violations(read.values)) {
    reading.problems.error(table.blame(), sentence);
  }
}

template <class NodeType, class Schema>
void read_keys(NodeType& node, const Schema& schema, const HostTable& host, const Table& table,
               Reading& reading) {
  read_keys(node, schema, host, host.fields, table, reading);
}

/// The `train` section of a node.
TrainSpec read_train(const Table& node, Reading& reading);

/// The plugin that the key `plugin` names, with its parameters.
PluginUse plugin_of(const HostTable& host, const Table& node, Reading& reading);

/// A node of a kind that is described by its table alone.
TableNode read_table_node(const HostTable& host, const Table& table, Reading& reading);

/// Where the start of a network or head is written, and its file as the pipeline file sees it.
template <class NodeType>
void read_start(NodeType& node, const Table& table) {
  if (const Member* member = table.find("weights")) {
    node.start_sources.weights = member->value.source;
    node.weights = seen_from(member->value.source, node.weights);
  }
  if (const Member* member = table.find("freeze_parts")) {
    node.start_sources.parts = member->value.source;
  }
}

}  // namespace glia::config
