// SPDX-License-Identifier: MIT
#include "config/pipeline.hpp"

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

std::string train_line(const TrainSpec& train) {
  return "train = { epochs = " + to_text(Value{train.epochs}) +
         ", batch_size = " + to_text(Value{train.batch_size}) +
         ", learning_rate = " + to_text(Value{train.learning_rate}) +
         ", optimizer = " + to_text(Value{train.optimizer}) +
         ", epsilon = " + to_text(Value{train.epsilon}) +
         ", schedule = " + to_text(Value{train.schedule}) +
         ", shuffle = " + to_text(Value{train.shuffle}) + " }\n";
}

std::string damage_line(const DamageSpec& damage) {
  if (damage.empty()) return "";
  return "damage = { weight_noise = " + to_text(Value{damage.weight_noise}) +
         ", weight_loss = " + to_text(Value{damage.weight_loss}) +
         ", draws = " + to_text(Value{damage.draws}) + " }\n";
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

std::string step_text(const Step& step, const std::string& indent) {
  std::string text;
  switch (step.kind) {
    case Step::Kind::activation:
      return "{ activation = " + to_text(Value{step.activation}) + " }";
    case Step::Kind::block:
      text = "{ " + end_text(step.block) + ", ";
      for (const auto& flag : flag_texts(step.block)) text += flag + ", ";
      return text + pattern_text(step.block, indent) + " }";
    case Step::Kind::wave:
      break;
  }
  text = "{ wave = " + to_text(Value{step.wave.plugin->descriptor->id});
  for (const auto& [name, value] : step.wave.values) {
    text += ", " + key_text(name) + " = " + to_text(value);
  }
  return text + " }";
}

std::string pattern_text(const Block& block, const std::string& indent) {
  std::string text = "pattern = [\n";
  for (const auto& step : block.pattern) {
    text += indent + "  " + step_text(step, indent + "  ") + ",\n";
  }
  return text + indent + ']';
}

std::string node_text(const DatasetNode& node) {
  return "[dataset." + node.id + "]\n" + line("plugin", node.use.plugin->descriptor->id) +
         plugin_lines(node.use);
}

std::string node_text(const EncoderNode& node) {
  std::string text = "[encoder." + node.id + "]\n" +
                     line("plugin", node.use.plugin->descriptor->id) +
                     line("input", node.input.id) + line("latent", node.latent) +
                     line("test_latent", node.test_latent) + line("mode", node.mode) +
                     line("feature_order", static_cast<std::int64_t>(node.feature_order)) +
                     line("weights", node.weights);
  if (node.seed) text += line("seed", static_cast<std::int64_t>(*node.seed));
  return text + train_line(node.train) + plugin_lines(node.use);
}

std::string node_text(const NetworkNode& node) {
  std::string text = "[network." + node.id + "]\n" + line("input", node.input.id) +
                     line("keep_last_activation", node.keep_last_activation) +
                     end_text(node.block) + '\n';
  for (const auto& flag : flag_texts(node.block)) text += flag + '\n';
  return text + pattern_text(node.block, "") + '\n';
}

std::string node_text(const HeadNode& node) {
  return "[head." + node.id + "]\n" + line("plugin", node.use.plugin->descriptor->id) +
         line("input", node.input.id) + line("record_rows", node.record_rows) +
         train_line(node.train) + damage_line(node.damage) + plugin_lines(node.use);
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
