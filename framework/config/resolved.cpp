// SPDX-License-Identifier: MIT
#include "config/host_tables.hpp"
#include "config/pipeline.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

// Written by hand: the parser's own formatter sorts keys and puts nested tables where we do not
// want them, and would need the document that we no longer have.

namespace glia::config {
namespace {

std::string line(const std::string& key, const Value& value) {
  return key + " = " + to_text(value) + '\n';
}

/// Field names are plugin authors' words: quoted unless TOML takes them bare.
std::string key_text(const std::string& name) {
  const bool bare = !name.empty() && name.find_first_not_of(
                                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "0123456789_-") == std::string::npos;
  return bare ? name : to_text(Value{name});
}

std::string plugin_lines(const PluginUse& use) {
  std::string text;
  for (const auto& [name, value] : use.values) text += line(key_text(name), value);
  return text;
}

/// "NAME = { a = 1, b = 2 }": values in the order of their declaration, then what else there is.
std::string inline_table(const HostTable& host, const ValueMap& values, const ValueMap& more = {}) {
  std::string text;
  const auto add = [&](const std::string& key, const Value& value) {
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", key_text(key), to_text(value));
  };
  for (const auto& field : host.fields) add(field.name, values.at(field.name));
  for (const auto& [key, value] : more) add(key, value);
  return fmt::format("{} = {{ {} }}\n", host.name, text);
}

std::string train_line(const TrainSpec& train) {
  return inline_table(train_table(), train_schema.values(train), train.settings);
}

std::string damage_line(const DamageSpec& damage) {
  return damage.empty() ? "" : inline_table(damage_table(), damage_schema.values(damage));
}

/// "[KIND.ID]" and the host's keys of a node, in the order of their declaration; without those
/// whose default follows from elsewhere and that nobody has set.
template <class Schema>
std::string host_lines(const HostTable& host, const Schema& schema, const Node& node,
                       const typename Schema::config_type& keys) {
  std::string text = fmt::format("[{}.{}]\n", host.name, node.id);
  const ValueMap values = schema.values(keys);
  for (const auto& field : schema.fields()) {
    const bool inherited =
        std::find(host.inherited.begin(), host.inherited.end(), field.name) != host.inherited.end();
    if (!inherited || node.gives(field.name)) text += line(field.name, values.at(field.name));
  }
  return text;
}

std::string end_text(const Block& block) {
  if (block.narrow_to) return "narrow_to = " + to_text(Value{*block.narrow_to});
  if (block.widen_to) return "widen_to = " + to_text(Value{*block.widen_to});
  return "repeat = " + to_text(Value{block.repeat.value_or(1)});
}

std::vector<std::string> flag_texts(const Block& block) {
  std::vector<std::string> all;
  if (block.skip) all.push_back("skip = true");
  if (block.shared) all.push_back("shared = true");
  return all;
}

std::string pattern_text(const Block& block, const std::string& indent);

/// The plugin's name and its settings, as they follow a key of an inline table.
std::string plugin_text(const PluginUse& use) {
  std::string text = to_text(Value{use.plugin->descriptor->id});
  for (const auto& [name, value] : use.values) {
    text += ", " + key_text(name) + " = " + to_text(value);
  }
  return text;
}

std::string step_text(const Step& step, const std::string& indent) {
  std::string text;
  switch (step.kind) {
    case Step::Kind::activation:
      return "{ activation = " + plugin_text(step.activation) + " }";
    case Step::Kind::block:
      text = "{ " + end_text(step.block) + ", ";
      for (const auto& flag : flag_texts(step.block)) text += flag + ", ";
      return text + pattern_text(step.block, indent) + " }";
    case Step::Kind::wave:
      return "{ wave = " + plugin_text(step.wave) + " }";
  }
  return text;
}

std::string pattern_text(const Block& block, const std::string& indent) {
  std::string text = "pattern = [\n";
  for (const auto& step : block.pattern) {
    text += indent + "  " + step_text(step, indent + "  ") + ",\n";
  }
  return text + indent + ']';
}

std::string node_text(const DatasetNode& node) {
  return host_lines(dataset_table(), dataset_schema, node, node) + plugin_lines(node.use);
}

std::string node_text(const EncoderNode& node) {
  return host_lines(encoder_table(), encoder_schema, node, node) + train_line(node.train) +
         plugin_lines(node.use);
}

std::string node_text(const NetworkNode& node) {
  std::string text =
      host_lines(network_table(), network_schema, node, node) + end_text(node.block) + '\n';
  for (const auto& flag : flag_texts(node.block)) text += flag + '\n';
  return text + pattern_text(node.block, "") + '\n';
}

std::string node_text(const HeadNode& node) {
  return host_lines(head_table(), head_schema, node, node) + train_line(node.train) +
         damage_line(node.damage) + plugin_lines(node.use);
}

}  // namespace

std::string Pipeline::resolved_toml() const {
  std::vector<std::pair<Source, std::string>> nodes;
  const auto add = [&](const auto& list) {
    for (const auto& node : list) nodes.emplace_back(node.source, node_text(node));
  };
  add(spec.datasets);
  add(spec.encoders);
  add(spec.networks);
  add(spec.heads);
  std::sort(nodes.begin(), nodes.end());

  std::string text =
      "[pipeline]\n" + line("name", spec.name) + line("seed", static_cast<std::int64_t>(spec.seed));
  for (const auto& [source, node] : nodes) text += '\n' + node;
  return text;
}

}  // namespace glia::config
