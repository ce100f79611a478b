// SPDX-License-Identifier: MIT
#include "config/nodes.hpp"

#include "config/host_tables.hpp"
#include "config/plugins.hpp"
#include "config/selections.hpp"
#include "config/steps.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <utility>

namespace glia::config {
namespace {

TrainSpec read_train(const Table& node, Reading& reading) {
  static const Item none;
  Table table{&none, node.source, node.path + ".train"};
  if (const Member* member = node.find("train")) {
    if (auto found = as_table(*member, table.path, reading.problems)) {
      table = *found;
    }
  }
  SelectedValues read = read_selected(train_table(), table, reading);
  TrainSpec train = train_schema.parse(read.own.values);
  train.settings = std::move(read.settings);
  return train;
}

/// Keys of the host's table that are written somewhere.
std::vector<std::string> given_keys(const HostTable& host, const Table& table) {
  std::vector<std::string> given;
  for (const auto& field : host.fields) {
    if (table.find(field.name)) given.push_back(field.name);
  }
  return given;
}

/// The host's keys of a node, read into the struct that declares them; rules over several checked.
template <class NodeType, class Schema>
void read_keys(NodeType& node, const Schema& schema, const HostTable& host,
               const std::vector<FieldSpec>& fields, const Table& table, Reading& reading) {
  using Keys = typename Schema::config_type;
  const FieldValues read = read_fields(table, fields, reading);
  static_cast<Keys&>(node) = schema.parse(read.values);
  node.given = given_keys(host, table);
  if (!read.ok) return;
  for (const auto& sentence : schema.violations(read.values)) {
    reading.problems.error(table.source, sentence);
  }
}

DamageSpec read_damage(const Table& node, Reading& reading) {
  const Member* member = node.find("damage");
  if (!member) return {};
  const auto table = as_table(*member, node.path + ".damage", reading.problems);
  if (!table) return {};
  refuse_unknown_keys(*table, damage_table().keys(), reading.problems);
  const auto has_levels = [&](const char* key) {
    const Member* levels = table->find(key);
    return levels && !(levels->value.is_array() && levels->value.items.empty());
  };
  if (!has_levels("weight_noise") && !has_levels("weight_loss")) {
    reading.problems.error(member->value.source, "'" + table->path + "' has no levels",
                           "give weight_noise = [0.1, 0.2], weight_loss = [0.05, 0.1] or both");
  }
  return damage_schema.parse(read_fields(*table, damage_table().fields, reading).values);
}

/// Where it is written; the place of the node if it is missing, which is reported elsewhere.
Input input_of(const Table& node, std::string id) {
  const Member* member = node.find("input");
  return {std::move(id), member ? member->value.source : node.source};
}

PluginUse plugin_of(const HostTable& host, const Table& node, Reading& reading) {
  const Member* name = node.find("plugin");
  return name ? read_plugin(host, node, *name, reading) : PluginUse{};
}

DatasetNode read_dataset(const Table& table, Reading& reading) {
  DatasetNode node;
  read_keys(node, dataset_schema, dataset_table(), dataset_table().fields, table, reading);
  node.use = plugin_of(dataset_table(), table, reading);
  return node;
}

EncoderNode read_encoder(const Table& table, Reading& reading) {
  EncoderNode node;
  auto fields = encoder_table().fields;
  for (auto& field : fields) {
    if (field.name == "seed") field.default_value = static_cast<std::int64_t>(reading.seed);
  }
  read_keys(node, encoder_schema, encoder_table(), fields, table, reading);
  node.input = input_of(table, node.reads);
  if (const Member* member = table.find("mode")) node.mode_source = member->value.source;
  if (const Member* member = table.find("weights")) node.weights_source = member->value.source;
  node.train = read_train(table, reading);
  node.use = plugin_of(encoder_table(), table, reading);
  return node;
}

NetworkNode read_network(const Table& table, Reading& reading) {
  NetworkNode node;
  refuse_unknown_keys(table, network_table().keys(), reading.problems);
  read_keys(node, network_schema, network_table(), network_schema.fields(), table, reading);
  node.input = input_of(table, node.reads);
  node.block = read_network_block(table, reading);
  return node;
}

HeadNode read_head(const Table& table, Reading& reading) {
  HeadNode node;
  read_keys(node, head_schema, head_table(), head_table().fields, table, reading);
  node.input = input_of(table, node.reads);
  node.train = read_train(table, reading);
  node.damage = read_damage(table, reading);
  node.use = plugin_of(head_table(), table, reading);
  return node;
}

bool is_good_id(const std::string& id) {
  constexpr const char* letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
  return !id.empty() && id.find_first_not_of(letters) == std::string::npos;
}

}  // namespace

void read_header(const Item& root, PipelineSpec& spec, Reading& reading) {
  static const Item none;
  Table table{&none, Source{spec.file, 1, 1}, "pipeline"};
  if (const Member* member = root.find("pipeline")) {
    if (auto found = as_table(*member, "pipeline", reading.problems)) {
      table = *found;
      refuse_unknown_keys(table, pipeline_table().keys(), reading.problems);
    }
  }
  auto fields = pipeline_table().fields;
  for (auto& field : fields) {
    if (field.name == "name")
      field.default_value = std::filesystem::path(spec.file).stem().string();
  }
  const auto keys = pipeline_schema.parse(read_fields(table, fields, reading).values);
  spec.name = keys.name;
  reading.seed = spec.seed = static_cast<std::uint64_t>(keys.seed);
}

namespace {

void refuse_unknown_tables(const Item& root, Reading& reading) {
  const auto& known = top_level_tables();
  for (const auto& member : root.members) {
    if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
    std::string hint = did_you_mean(member.key, known);
    if (hint.empty()) hint = "a pipeline file has the tables " + quoted_list(known);
    reading.problems.error(
        member.source,
        (member.value.is_table() ? "unknown table '" : "unknown key '") + member.key + "'", hint);
  }
}

/// A table of the file that describes a node, and what reads it.
struct Found {
  Table table;
  std::function<void()> read;
};

/// Adds the nodes under [KIND.*] to `found`; each is read into `nodes`.
template <class NodeType>
void find_nodes(const Item& root, const HostTable& host, std::vector<NodeType>& nodes,
                NodeType (*read)(const Table&, Reading&), Reading& reading,
                std::vector<Found>& found) {
  const Member* kind = root.find(host.name);
  if (!kind) return;
  if (!kind->value.is_table()) {
    reading.problems.error(kind->value.source,
                           "'" + host.name + "' must be a table, not " + describe(kind->value),
                           "write [" + host.name + ".NAME]");
    return;
  }
  for (const auto& member : kind->value.members) {
    const std::string path = host.name + '.' + member.key;
    if (!is_good_id(member.key)) {
      reading.problems.error(member.source, "'" + member.key +
                                                "' cannot be the name of a node: use letters, "
                                                "digits, '_' and '-'");
    }
    if (!member.value.is_table()) {
      reading.problems.error(
          member.value.source, "'" + path + "' must be a table, not " + describe(member.value),
          "every " + host.name + " has a name of its own: write [" + host.name + ".NAME]");
      continue;
    }
    const Table table{&member.value, member.source, path};
    found.push_back({table, [table, &member, &nodes, read, &reading] {
                       NodeType node = read(table, reading);
                       node.id = member.key;
                       node.source = member.source;
                       nodes.push_back(std::move(node));
                     }});
  }
}

}  // namespace

void read_pipeline(const Item& root, PipelineSpec& spec, Reading& reading) {
  refuse_unknown_tables(root, reading);
  read_header(root, spec, reading);
  std::vector<Found> found;
  find_nodes(root, dataset_table(), spec.datasets, read_dataset, reading, found);
  find_nodes(root, encoder_table(), spec.encoders, read_encoder, reading, found);
  find_nodes(root, network_table(), spec.networks, read_network, reading, found);
  find_nodes(root, head_table(), spec.heads, read_head, reading, found);
  std::stable_sort(found.begin(), found.end(),
                   [](const Found& a, const Found& b) { return a.table.source < b.table.source; });
  for (const auto& node : found) node.read();
}

}  // namespace glia::config
