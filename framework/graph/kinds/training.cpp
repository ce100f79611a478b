// SPDX-License-Identifier: MIT
#include "config/node_reading.hpp"
#include "config/node_text.hpp"
#include "graph/edges.hpp"
#include "graph/identity.hpp"
#include "graph/planner.hpp"
#include "graph/trained.hpp"

#include <glia/sdk/error.hpp>

#include <utility>
#include <vector>

namespace glia::graph::kinds::training {
namespace {

using config::Node;
using config::TrainingNode;

const TrainingNode& training(const Node& node) { return static_cast<const TrainingNode&>(node); }

const config::HostTable& table() {
  static const config::HostTable table = [] {
    auto made = config::table_of(config::training_schema, "training",
                                 "Trains heads and the networks on their paths together; a head "
                                 "that none names is trained alone, with copies of its networks.");
    made.sections = {config::train_section()};
    return made;
  }();
  return table;
}

Node& read(const config::Table& from, config::Reading& reading, config::PipelineSpec& spec) {
  TrainingNode& node = spec.trainings.emplace_back();
  refuse_unknown_keys(from, table().keys(), reading.problems);
  read_keys(node, config::training_schema, table(), from, reading);
  node.train = read_train(from, reading);
  return node;
}

std::string text(const Node& node) {
  const auto& own = training(node);
  return host_lines(node, config::training_schema.values(own)) + train_line(own.train);
}

void check(const Node& node, Edges& edges) {
  std::vector<const Node*> heads;
  for (const auto& input : node.inputs) {
    if (!edges.shapes().heads.contains(input.id)) return;  // reported where it failed
    heads.push_back(config::find_node(edges.spec(), input.id));
  }
  edges.at(node.source, [&] {
    Path path = path_of(edges.spec(), heads);
    const config::TrainSpec& train = training(node).train;
    check_epochs(node, train, *path.encoder, edges.problems());
    check_patience(node, train, *path.encoder, *path.dataset, edges.problems());
    edges.shapes().trainings[node.id] = std::move(path);
  });
}

std::size_t plan(const Node& node, Planner& planner) {
  const auto& own = training(node);
  const Path& path = planner.shapes().trainings.at(node.id);
  std::string heads;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const Node* head = config::find_node(planner.spec(), node.inputs[i].id);
    heads += identity_line("head", head->id) +
             identity_line("weight", to_text(Value{own.weights.empty() ? 1.0 : own.weights[i]})) +
             identity_of(static_cast<const config::HeadNode&>(*head), path, path.ends[i], "");
  }
  return planner.add(Stage::Kind::train_heads, node.id, "train", {planner.stage_of(*path.encoder)},
                     identity_line("node", node.id) + identity_of(path) + heads +
                         identity_of(own.train) + planner.seed());
}

config::NodeKind record() {
  config::NodeKind kind;
  kind.name = "training";
  kind.place = 50;
  kind.table = table;
  kind.inputs = "heads";
  kind.reads = {"head"};
  kind.verb = "trains";
  kind.trains = true;
  kind.read = read;
  kind.nodes = [](const config::PipelineSpec& spec) { return config::pointers_to(spec.trainings); };
  kind.text = text;
  kind.check = check;
  kind.plan = plan;
  return kind;
}

const Registered<config::NodeKind> registered(record());

}  // namespace
}  // namespace glia::graph::kinds::training
