// SPDX-License-Identifier: MIT
#include "config/node_reading.hpp"
#include "config/node_text.hpp"
#include "config/steps.hpp"
#include "graph/drawing.hpp"
#include "graph/edges.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <utility>

namespace glia::graph {
namespace {

using config::NetworkNode;
using config::Node;
using config::Section;

const NetworkNode& network(const Node& node) { return static_cast<const NetworkNode&>(node); }

const config::HostTable& table() {
  static const config::HostTable table = [] {
    auto made = config::table_of(config::network_schema, "network",
                                 "A pattern of wave layers and activations, repeated.");
    for (auto& field : config::join_schema.fields()) made.fields.push_back(std::move(field));
    for (auto& field : config::block_schema.fields()) made.fields.push_back(std::move(field));
    made.lists = {"input"};
    made.names = {{"join", "join"}};
    made.sections = {
        {"pattern", "The steps, in order.", Section::Holds::steps},
        {"defaults", "Values for all wave layers that have such a field and do not set it.",
         Section::Holds::defaults}};
    offer_choices(made);
    return made;
  }();
  return table;
}

/// The keys that are read here; those of the pattern are read with it.
const std::vector<FieldSpec>& own_fields() {
  static const std::vector<FieldSpec> fields = [] {
    auto all = table().fields;
    all.resize(all.size() - config::block_schema.fields().size());
    return all;
  }();
  return fields;
}

Node& read(const config::Table& from, config::Reading& reading, config::PipelineSpec& spec) {
  NetworkNode& node = spec.networks.emplace_back();
  refuse_unknown_keys(from, table().keys(), reading.problems);
  read_keys(node, config::network_schema, table(), own_fields(), from, reading);
  read_start(node, from);
  node.block = read_network_block(from, reading);
  return node;
}

std::string text(const Node& node) {
  const auto& own = network(node);
  return host_lines(node, config::network_schema.values(own)) + block_lines(own.block);
}

void check(const Node& node, Edges& edges) {
  const auto in = edges.row_of(node);
  if (!in) return;
  const config::Block& block = network(node).block;
  const Source& place = block.end_source.name.empty() ? block.source : block.end_source;
  edges.at(place, [&] {
    NetworkLayout layout = lay_out(network(node), *in, edges.cells());
    edges.shapes().rows[node.id] = layout.out;
    edges.shapes().networks[node.id] = std::move(layout);
  });
}

/// "gather 20 → 18": rows as lines, a long middle left out.
void draw(const Node& node, const Shapes& shapes, Box& box) {
  constexpr std::size_t shown = 12;
  const NetworkLayout& layout = shapes.networks.at(node.id);
  const std::size_t n = layout.rows.size();
  for (std::size_t i = 0; i < n; ++i) {
    if (n > shown && i == shown - 2) {
      box.lines.push_back(fmt::format("… {} more …", n - shown + 1));
      i = n - 2;
      continue;
    }
    const Row& row = layout.rows[i];
    std::string line = row.step.name;
    if (row.step.layer) {
      line += fmt::format(" {} → {}", shape_text(row.in), shape_text(row.out));
      if (row.step.layer->kind() == Layer::Kind::general) line += " (autograd)";
      if (row.step.shares) line += " (same weights)";
    }
    box.lines.push_back(line);
  }
  box.gives = fmt::format("B × {} cells", shape_text(layout.out));
}

config::NodeKind record() {
  config::NodeKind kind;
  kind.name = "network";
  kind.place = 30;
  kind.table = table;
  kind.reads = {"encoder", "network"};
  kind.fill = "#fdf1dc";
  kind.read = read;
  kind.nodes = [](const config::PipelineSpec& spec) { return config::pointers_to(spec.networks); };
  kind.text = text;
  kind.check = check;
  kind.draw = draw;
  return kind;
}

const Registered<config::NodeKind> registered(record());

}  // namespace
}  // namespace glia::graph
