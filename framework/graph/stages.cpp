// SPDX-License-Identifier: MIT
#include "graph/stages.hpp"

#include "core/hash.hpp"
#include "core/json_text.hpp"
#include "core/json_trouble.hpp"
#include "core/sealed_json.hpp"
#include "core/text_file.hpp"
#include "graph/identity.hpp"
#include "graph/planner.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <utility>

namespace glia::graph {

std::size_t Planner::add(Stage::Kind kind, const std::string& node, const std::string& verb,
                         std::vector<std::size_t> inputs, const std::string& identity) {
  const std::string name = node + '/' + verb;
  if (const auto it = known_.find(name); it != known_.end()) return it->second;
  Stage stage{.kind = kind,
              .name = name,
              .node = node,
              .inputs = std::move(inputs),
              .identity = identity_line("stage", verb) + identity,
              .key = "",
              .data = ""};
  for (const std::size_t input : stage.inputs) {
    stage.identity += identity_line("input", stages_[input].key);
    if (stages_[input].kind == Stage::Kind::load) stage.data += stages_[input].identity;
  }
  stage.key = sha256_hex(stage.identity);
  stages_.push_back(std::move(stage));
  return known_[name] = stages_.size() - 1;
}

std::size_t Planner::stage_of(const config::Node& node) {
  if (const auto it = of_nodes_.find(&node); it != of_nodes_.end()) return it->second;
  if (!node.kind->plan) {
    throw Error(ErrorCode::internal,
                "a " + node.kind->name + " has no stage of its own to build on");
  }
  const std::size_t stage = node.kind->plan(node, *this);
  return of_nodes_[&node] = stage;
}

std::string Planner::seed() const { return identity_line("seed", std::to_string(spec_.seed)); }

std::vector<Stage> Planner::plan() {
  const auto nodes = config::all_nodes(spec_);
  for (const config::NodeKind* kind : config::node_kinds()) {
    for (const config::Node* node : nodes) {
      if (kind->wanted && node->kind == kind) stage_of(*node);
    }
  }
  return std::move(stages_);
}

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
  return json_text(sealed(nlohmann::ordered_json{{"stages", all}}), 2) + '\n';
}

std::string line_of(const std::string& identity, const std::string& key) {
  const auto at = ('\n' + identity).find('\n' + key + " = ");
  return at == std::string::npos ? "" : identity.substr(at, identity.find('\n', at) - at);
}

std::map<std::string, KeptStage> read_plan(const std::filesystem::path& file) {
  const std::string name = file.string();
  std::map<std::string, KeptStage> stages;
  try {
    const auto plan = parse_perhaps_sealed(read_text_file(file), name);
    for (const auto& stage : plan.at("stages")) {
      stages[stage.at("stage")] = {stage.at("key"), stage.at("identity")};
    }
  } catch (const nlohmann::json::exception& e) {
    throw Error(ErrorCode::data, fmt::format("{} is damaged: {}", name, json_trouble(e)));
  }
  return stages;
}

}  // namespace glia::graph
