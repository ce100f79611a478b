// SPDX-License-Identifier: MIT
#include "config/node_reading.hpp"
#include "config/node_text.hpp"
#include "core/at_work.hpp"
#include "core/hash.hpp"
#include "graph/augmentation.hpp"
#include "graph/drawing.hpp"
#include "graph/edges.hpp"
#include "graph/identity.hpp"
#include "graph/planner.hpp"
#include "graph/trained.hpp"

#include <glia/sdk/encoder.hpp>
#include <glia/sdk/error.hpp>

#include <fmt/format.h>

namespace glia::graph::kinds::encoder {
namespace {

using config::EncoderNode;
using config::Node;

const EncoderNode& encoder(const Node& node) { return static_cast<const EncoderNode&>(node); }

const config::HostTable& table() {
  static const config::HostTable table = [] {
    auto made = config::table_of(config::encoder_schema, "encoder",
                                 "Turns samples into the row of features that networks hear.");
    made.sections = {config::train_section()};
    made.plugin = PluginKind::encoder;
    made.inherited = {"seed"};
    return made;
  }();
  return table;
}

Node& read(const config::Table& from, config::Reading& reading, config::PipelineSpec& spec) {
  EncoderNode& node = spec.encoders.emplace_back();
  auto fields = table().fields;
  for (auto& field : fields) {
    if (field.name == "seed") field.default_value = static_cast<std::int64_t>(reading.seed);
  }
  read_keys(node, config::encoder_schema, table(), fields, from, reading);
  if (const auto* member = from.find("mode")) node.mode_source = member->value.source;
  if (const auto* member = from.find("weights")) {
    node.weights_source = member->value.source;
    node.weights = config::seen_from(node.weights_source, node.weights);
  }
  node.train = read_train(from, reading);
  node.use = plugin_of(table(), from, reading);
  return node;
}

std::string text(const Node& node) {
  const auto& own = encoder(node);
  return host_lines(node, config::encoder_schema.values(own)) + train_line(own.train) +
         plugin_lines(own.use);
}

void check_joint(const EncoderNode& node, const Encoder& made, Diagnostics& problems) {
  if (!made.trainable()) {
    problems.error(node.mode_source,
                   fmt::format("encoder '{}' cannot be trained jointly: a '{}' learns nothing",
                               node.id, node.use.plugin->descriptor->id),
                   "leave out mode = \"joint\"");
  } else if (!node.weights.empty()) {
    problems.error(node.mode_source,
                   fmt::format("encoder '{}' cannot be trained jointly: its weights are given ({})",
                               node.id, node.weights_source.text()),
                   "leave out mode = \"joint\", or 'weights' to train it");
  }
}

/// How the features lie; those that stand in an order of the host's own lie side by side.
Shape row_of(const EncoderNode& node, const Encoder& made, const SampleSpec& data) {
  const std::int64_t width = made.out_width(data);
  check_width(width);
  if (node.feature_order != 0) return Shape::chain(width);
  const Shape shape = made.out_shape(data);
  if (shape.cells() == width && shape.height > 0) return shape;
  throw Error(
      ErrorCode::internal,
      fmt::format("the encoder says that its row is a sheet of {} cells, but that it has {}",
                  shape_text(shape), width),
      "this is for the author of the plugin to mend: out_shape() and out_width()");
}

void check(const Node& node, Edges& edges) {
  const auto& own = encoder(node);
  const auto data = edges.shapes().datasets.find(node.input().id);
  if (data == edges.shapes().datasets.end()) return;  // reported where it failed
  edges.at(node.input().source, [&] {
    const AtWork at_work(*own.use.plugin);
    const auto made = own.use.plugin->descriptor->make_encoder(own.use.values);
    edges.shapes().rows[node.id] = row_of(own, *made, data->second);
    if (own.joint()) check_joint(own, *made, edges.problems());
    if (!made->trainable() || !own.weights.empty()) return;
    check_patience(
        node, own.train, own,
        static_cast<const config::DatasetNode&>(*config::find_node(edges.spec(), node.input().id)),
        edges.problems());
  });
}

std::size_t plan(const Node& node, Planner& planner) {
  const auto& own = encoder(node);
  // The node's own id keys its random streams, so it is part of what the result depends on.
  const std::string id = identity_line("node", node.id) + identity_line("data", node.input().id);
  const std::string order = identity_line("feature_order", std::to_string(own.feature_order));
  const config::Node* data = config::find_node(planner.spec(), node.input().id);
  const std::string augment = identity_of(static_cast<const config::DatasetNode&>(*data).augment);
  std::vector<std::size_t> inputs{planner.stage_of(*data)};
  const std::string use = id + identity_of(own.use) +
                          identity_of(config::encoder_schema, own,
                                      {"plugin", "input", "latent", "test_latent", "mode",
                                       "weights", "seed", "feature_order"});
  const std::string seed = identity_line("seed", std::to_string(own.seed));
  if (!own.weights.empty()) {
    return planner.add(Stage::Kind::encode, node.id, "encode", inputs,
                       use + order + identity_of_weights(node, own.weights, own.weights_source));
  }
  if (own.joint()) {
    return planner.add(
        Stage::Kind::train_jointly, node.id, "train", inputs,
        identity_line("mode", own.mode) + use + order + identity_of(own.train) + augment + seed);
  }
  const auto made = own.use.plugin->descriptor->make_encoder(own.use.values);
  const bool trained = made->trainable();
  if (!trained && !made->fitted()) {
    return planner.add(Stage::Kind::encode, node.id, "encode", inputs, use + order + seed);
  }
  inputs.push_back(planner.add(Stage::Kind::train_encoder, node.id, trained ? "train" : "fit",
                               inputs,
                               use + (trained ? identity_of(own.train) + augment : "") + seed));
  return planner.add(Stage::Kind::encode, node.id, "encode", inputs, id + order);
}

void draw(const Node& node, const Shapes& shapes, Box& box) {
  const auto& own = encoder(node);
  box.lines.push_back(plugin_text(own.use));
  box.gives = fmt::format("B × {} cells, {}", shape_text(shapes.rows.at(node.id)), own.latent);
}

config::NodeKind record() {
  config::NodeKind kind;
  kind.name = "encoder";
  kind.article = "an";
  kind.place = 20;
  kind.table = table;
  kind.reads = {"dataset"};
  kind.fill = "#e3f3ee";
  kind.read = read;
  kind.nodes = [](const config::PipelineSpec& spec) { return config::pointers_to(spec.encoders); };
  kind.text = text;
  kind.check = check;
  kind.plan = plan;
  kind.draw = draw;
  return kind;
}

const Registered<config::NodeKind> registered(record());

}  // namespace
}  // namespace glia::graph::kinds::encoder
