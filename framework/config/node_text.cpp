// SPDX-License-Identifier: MIT
#include "config/node_text.hpp"

#include "config/node_kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace glia::config {
namespace {

/// Field names are plugin authors' words: quoted unless TOML takes them bare.
std::string key_text(const std::string& name) {
  const bool bare = !name.empty() && name.find_first_not_of(
                                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                         "0123456789_-") == std::string::npos;
  return bare ? name : to_text(Value{name});
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
    text += fmt::format(", {} = {}", key_text(name), to_text(value));
  }
  return text;
}

std::string step_text(const Step& step, const std::string& indent) {
  std::string text;
  switch (step.kind) {
    case Step::Kind::activation:
      return fmt::format("{{ activation = {} }}", plugin_text(step.activation));
    case Step::Kind::block:
      text = fmt::format("{{ {}, ", end_text(step.block));
      for (const auto& flag : flag_texts(step.block)) text += flag + ", ";
      return fmt::format("{}{} }}", text, pattern_text(step.block, indent));
    case Step::Kind::wave:
      return fmt::format("{{ wave = {} }}", plugin_text(step.wave));
  }
  return text;
}

std::string pattern_text(const Block& block, const std::string& indent) {
  std::string text = "pattern = [\n";
  for (const auto& step : block.pattern) {
    text += fmt::format("{}  {},\n", indent, step_text(step, indent + "  "));
  }
  return text + indent + ']';
}

/// The inputs of a node as its file gives them.
Value inputs_of(const Node& node, const Value& one) {
  if (!node.listed) return one;
  std::vector<std::string> ids;
  for (const Input& input : node.inputs) ids.push_back(input.id);
  return ids;
}

}  // namespace

std::string toml_line(const std::string& key, const Value& value) {
  return fmt::format("{} = {}\n", key_text(key), to_text(value));
}

std::string host_lines(const Node& node, const ValueMap& values) {
  const HostTable& host = node.kind->table();
  const auto is_among = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::string text;
  for (const auto& field : host.fields) {
    if (field.name == node.kind->inputs) {
      const auto it = values.find(field.name);
      text += toml_line(field.name, inputs_of(node, it == values.end() ? Value{} : it->second));
    } else if (field.name == "join") {
      if (!node.join.empty()) text += toml_line(field.name, node.join);
    } else if (values.contains(field.name) &&
               (!is_among(host.inherited, field.name) || node.gives(field.name))) {
      text += toml_line(field.name, values.at(field.name));
    }
  }
  return text;
}

std::string plugin_lines(const PluginUse& use) {
  std::string text;
  for (const auto& [name, value] : use.values) text += toml_line(name, value);
  return text;
}

std::string inline_settings(const HostTable& host, ValueMap values) {
  std::string text;
  const auto add = [&](const std::string& key, const Value& value) {
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", key_text(key), to_text(value));
  };
  for (const auto& field : host.fields) {
    add(field.name, values.at(field.name));
    values.erase(field.name);
  }
  for (const auto& [key, value] : values) add(key, value);
  return text;
}

std::string inline_table(const HostTable& host, ValueMap values) {
  return fmt::format("{} = {{ {} }}\n", host.key.empty() ? host.name : host.key,
                     inline_settings(host, std::move(values)));
}

std::string train_line(const TrainSpec& train) {
  ValueMap values = train_schema.values(train);
  values.insert(train.settings.begin(), train.settings.end());
  return inline_table(train_table(), std::move(values));
}

std::string block_lines(const Block& block) {
  std::string text = end_text(block) + '\n';
  for (const auto& flag : flag_texts(block)) text += flag + '\n';
  return text + pattern_text(block, "") + '\n';
}

std::string table_node_lines(const TableNode& node) {
  std::string text = host_lines(node, node.values);
  for (const Section& section : node.kind->table().sections) {
    if (section.table) text += inline_table(section.table(), node.sections.at(section.name));
  }
  return text + plugin_lines(node.use);
}

}  // namespace glia::config
