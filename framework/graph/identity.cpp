// SPDX-License-Identifier: MIT
#include "graph/identity.hpp"

#include "config/node_kind.hpp"
#include "core/hash.hpp"

#include <glia/sdk/dataset.hpp>
#include <glia/sdk/error.hpp>

#include <fmt/format.h>

namespace glia::graph {

std::string identity_line(const std::string& name, const std::string& value) {
  return fmt::format("{} = {}\n", name, value);
}

std::string identity_of(const ValueMap& values, const std::string& prefix) {
  std::string text;
  for (const auto& [name, value] : values) text += identity_line(prefix + name, to_text(value));
  return text;
}

std::string identity_of(const config::PluginUse& use) {
  const std::string build = identity_of_file(use.plugin->file).substr(0, 16);
  return identity_line("plugin", use.plugin->descriptor->id + ' ' + use.plugin->version) +
         identity_line("build", build) + identity_of(use.values);
}

std::string identity_of(const config::TrainSpec& train) {
  return identity_of(config::train_schema.values(train), "train.") +
         identity_of(train.settings, "train.");
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
  text += fmt::format("]\n{}{}", identity_line("skip", to_text(block.skip)),
                      identity_line("shared", to_text(block.shared)));
  if (block.narrow_to) return text + identity_line("narrow_to", std::to_string(*block.narrow_to));
  if (block.widen_to) return text + identity_line("widen_to", std::to_string(*block.widen_to));
  return text + identity_line("repeat", std::to_string(block.repeat.value_or(1)));
}

std::string identity_of_weights(const config::Node& node, const std::string& file,
                                const Source& place) {
  try {
    return identity_line("weights", sha256_of_file(file));
  } catch (const Error& e) {
    Diagnostics problem;
    problem.error(place,
                  fmt::format("weights of {} '{}': {}", node.kind->name, node.id, e.message()),
                  "give the path of a run's checkpoints/ID.safetensors, seen from the pipeline "
                  "file's folder or from the one in which glia runs");
    problem.require_ok();
    throw;
  }
}

std::string identity_of_start(const config::Node& node, const config::StartKeys& keys,
                              const config::StartSources& places) {
  std::string text;
  if (!keys.weights.empty()) text += identity_of_weights(node, keys.weights, places.weights);
  if (keys.freeze) text += identity_line("freeze", "true");
  if (!keys.freeze_parts.empty()) {
    text += identity_line("freeze_parts", to_text(Value{keys.freeze_parts}));
  }
  return text;
}

}  // namespace glia::graph
