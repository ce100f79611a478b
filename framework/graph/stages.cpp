// SPDX-License-Identifier: MIT
#include "graph/stages.hpp"

#include "core/hash.hpp"
#include "graph/data_identity.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/encoder.hpp>
#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <initializer_list>
#include <map>
#include <utility>

namespace glia::graph {
namespace {

std::string line(const std::string& name, const std::string& value) {
  return name + " = " + value + '\n';
}

/// With the library's own hash: whoever changes code need not think of the version.
std::string identity_of(const config::PluginUse& use) {
  const std::string build = identity_of_file(use.plugin->file).substr(0, 16);
  std::string text =
      line("plugin", use.plugin->descriptor->id + ' ' + use.plugin->version) + line("build", build);
  for (const auto& [name, value] : use.values) text += line(name, to_text(value));
  return text;
}

std::string lines_of(const ValueMap& values, const std::string& prefix = {}) {
  std::string text;
  for (const auto& [name, value] : values) text += line(prefix + name, to_text(value));
  return text;
}

std::string identity_of(const config::TrainSpec& train) {
  return lines_of(config::train_schema.values(train), "train.") +
         lines_of(train.settings, "train.");
}

/// The host's keys of a node, but for those that `elsewhere` the planner puts where they count:
/// what is declared is part of the identity unless somebody says otherwise.
template <class Schema>
std::string identity_of(const Schema& schema, const typename Schema::config_type& keys,
                        std::initializer_list<const char*> elsewhere) {
  ValueMap values = schema.values(keys);
  for (const char* key : elsewhere) values.erase(key);
  return lines_of(values);
}

std::string identity_of(const config::Block& block) {
  std::string text = "[\n";
  for (const auto& step : block.pattern) {
    switch (step.kind) {
      case config::Step::Kind::wave:
        text += identity_of(step.wave);
        break;
      case config::Step::Kind::activation:
        text += identity_of(step.activation);
        break;
      case config::Step::Kind::block:
        text += identity_of(step.block);
        break;
    }
  }
  text += "]\n" + line("skip", to_text(block.skip)) + line("shared", to_text(block.shared));
  if (block.narrow_to) return text + line("narrow_to", std::to_string(*block.narrow_to));
  if (block.widen_to) return text + line("widen_to", std::to_string(*block.widen_to));
  return text + line("repeat", std::to_string(block.repeat.value_or(1)));
}

/// Adds each stage once, whatever number of heads needs it.
class Planner {
 public:
  Planner(const config::PipelineSpec& spec, const Shapes& shapes) : spec_(spec), shapes_(shapes) {}

  std::vector<Stage> plan() {
    for (const auto& head : spec_.heads) train_head(head);
    return std::move(stages_);
  }

 private:
  std::size_t add(Stage::Kind kind, const std::string& node, const std::string& verb,
                  std::vector<std::size_t> inputs, const std::string& identity) {
    const std::string name = node + '/' + verb;
    if (const auto it = known_.find(name); it != known_.end()) return it->second;
    Stage stage{kind, name, node, std::move(inputs), line("stage", verb) + identity, "", ""};
    for (const std::size_t input : stage.inputs) {
      stage.identity += line("input", stages_[input].key);
      if (stages_[input].kind == Stage::Kind::load) stage.data += stages_[input].identity;
    }
    stage.key = sha256_hex(stage.identity);
    stages_.push_back(std::move(stage));
    return known_[name] = stages_.size() - 1;
  }

  /// The file's content, not its name: a file that is written anew is another encoder.
  std::string weights_of(const config::EncoderNode& node) const {
    try {
      return line("weights", sha256_of_file(node.weights));
    } catch (const Error& e) {
      Diagnostics problem;
      problem.error(node.weights_source, "weights of encoder '" + node.id + "': " + e.message(),
                    "give the path of a run's checkpoints/ID.safetensors, seen from the folder in "
                    "which glia runs");
      problem.require_ok();
      throw;
    }
  }

  std::string seed() const { return line("seed", std::to_string(spec_.seed)); }

  std::size_t load(const config::DatasetNode& node) {
    return add(Stage::Kind::load, node.id, "load", {},
               identity_of(config::dataset_schema, node, {"plugin"}) + identity_of(node.use) +
                   line("files", data_identity(node.use)));
  }

  std::size_t encode(const config::EncoderNode& node, const config::DatasetNode& data) {
    // The node's own id keys its random streams, so it is part of what the result depends on.
    const std::string id = line("node", node.id) + line("data", data.id);
    const std::string order = line("feature_order", std::to_string(node.feature_order));
    std::vector<std::size_t> inputs = {load(data)};
    const std::string own = id + identity_of(node.use) +
                            identity_of(config::encoder_schema, node,
                                        {"plugin", "input", "latent", "test_latent", "mode",
                                         "weights", "seed", "feature_order"});
    const std::string seed = line("seed", std::to_string(node.seed));
    if (!node.weights.empty()) {
      return add(Stage::Kind::encode, node.id, "encode", inputs, own + order + weights_of(node));
    }
    if (node.joint()) {
      return add(Stage::Kind::train_jointly, node.id, "train", inputs,
                 line("mode", node.mode) + own + order + identity_of(node.train) + seed);
    }
    const auto encoder = node.use.plugin->descriptor->make_encoder(node.use.values);
    if (encoder->trainable()) {
      inputs.push_back(add(Stage::Kind::train_encoder, node.id, "train", inputs,
                           own + identity_of(node.train) + seed));
      return add(Stage::Kind::encode, node.id, "encode", inputs, id + order);
    }
    return add(Stage::Kind::encode, node.id, "encode", inputs, own + order + seed);
  }

  void train_head(const config::HeadNode& head) {
    const Chain& chain = shapes_.heads.at(head.id);
    std::string identity = line("node", head.id) + line("latent", chain.encoder->latent) +
                           line("test_latent", chain.encoder->tested_on());
    for (const auto* network : chain.networks) {
      identity += line("network", network->id) + identity_of(network->block) +
                  identity_of(config::network_schema, *network, {"input"});
    }
    const std::size_t trained =
        add(Stage::Kind::train_head, head.id, "train", {encode(*chain.encoder, *chain.dataset)},
            identity + identity_of(head.use) + identity_of(head.train) +
                identity_of(config::head_schema, head, {"plugin", "input"}) + seed());
    if (head.damage.empty()) return;
    add(Stage::Kind::damage, head.id, "damage", {trained},
        lines_of(config::damage_schema.values(head.damage)) + seed());
  }

  const config::PipelineSpec& spec_;
  const Shapes& shapes_;
  std::vector<Stage> stages_;
  std::map<std::string, std::size_t> known_;
};

}  // namespace

std::vector<Stage> plan_stages(const config::PipelineSpec& spec, const Shapes& shapes) {
  return Planner(spec, shapes).plan();
}

std::string plan_json(const std::vector<Stage>& stages) {
  auto all = nlohmann::ordered_json::array();
  for (const Stage& stage : stages) {
    auto inputs = nlohmann::ordered_json::array();
    for (const std::size_t input : stage.inputs) inputs.push_back(stages[input].name);
    all.push_back({{"stage", stage.name},
                   {"node", stage.node},
                   {"key", stage.key},
                   {"inputs", inputs},
                   {"identity", stage.identity}});
  }
  return nlohmann::ordered_json{{"stages", all}}.dump(2) + '\n';
}

}  // namespace glia::graph
