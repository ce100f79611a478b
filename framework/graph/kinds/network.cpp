// SPDX-License-Identifier: MIT
#include "config/node_reading.hpp"
#include "config/node_text.hpp"
#include "config/steps.hpp"
#include "graph/drawing.hpp"
#include "graph/edges.hpp"
#include "graph/time.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <optional>
#include <utility>

namespace glia::graph::kinds::network {
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
    for (auto& field : config::time_schema.fields()) made.fields.push_back(std::move(field));
    for (auto& field : config::block_schema.fields()) made.fields.push_back(std::move(field));
    made.lists = {"input"};
    made.inherited = {"steps", "cells"};
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

/// The keys that every network has; those of the pattern are read with it.
const std::vector<FieldSpec>& own_fields() {
  static const std::vector<FieldSpec> fields = [] {
    auto all = table().fields;
    all.resize(all.size() - config::block_schema.fields().size() -
               config::time_schema.fields().size());
    return all;
  }();
  return fields;
}

/// The keys of a network in time, where there is one of them.
void read_time(NetworkNode& node, const config::Table& from, config::Reading& reading) {
  static const auto fields = config::time_schema.fields();
  const config::Member* given = nullptr;
  for (const auto& field : fields) {
    if (const config::Member* member = from.find(field.name); member && !given) given = member;
  }
  if (!given) return;
  std::vector<FieldSpec> read;  // no settings: 'steps' and 'cells' that the input decides
  for (const auto& field : fields) {
    const bool decided = field.name == "steps" || field.name == "cells";
    if (!decided || from.find(field.name)) read.push_back(field);
  }
  static_cast<config::TimeKeys&>(node) =
      config::time_schema.parse(read_fields(from, read, reading).values);
  const auto place = [&](const char* key) {
    const config::Member* member = from.find(key);
    return member ? member->value.source : node.source;
  };
  node.time_sources = {place("steps"), place("cells"), place("inject")};
  if (node.in_time()) return;
  reading.problems.error(
      given->source,
      fmt::format("'{}' is for networks in time, and '{}' is none", given->key, from.path),
      "add 'steps', the number of passes, or 'cells', the width of the state that is carried");
}

Node& read(const config::Table& from, config::Reading& reading, config::PipelineSpec& spec) {
  NetworkNode& node = spec.networks.emplace_back();
  refuse_unknown_keys(from, table().keys(), reading.problems);
  read_keys(node, config::network_schema, table(), own_fields(), from, reading);
  read_start(node, from);
  read_time(node, from, reading);
  node.block = read_network_block(from, reading);
  return node;
}

std::string text(const Node& node) {
  const auto& own = network(node);
  ValueMap values = config::network_schema.values(own);
  if (own.in_time()) values.merge(config::time_schema.values(own));
  return host_lines(node, values) + block_lines(own.block);
}

void check(const Node& node, Edges& edges) {
  const auto in = edges.row_of(node);
  if (!in) return;
  const NetworkNode& own = network(node);
  std::optional<TimeLayout> time;
  if (own.in_time() && !(time = time_of(own, *in, edges.problems()))) return;
  const config::Block& block = own.block;
  const Source& place = block.end_source.name.empty() ? block.source : block.end_source;
  edges.at(place, [&] {
    NetworkLayout layout =
        time ? lay_out(own, *time, *in, edges.cells()) : lay_out(own, *in, edges.cells());
    edges.shapes().rows[node.id] = layout.out;
    edges.shapes().networks[node.id] = std::move(layout);
  });
}

/// "gather 20 → 18".
std::string line_of(const Row& row) {
  std::string line = row.step.name;
  if (row.step.layer) {
    line += fmt::format(" {} → {}", shape_text(row.in), shape_text(row.out));
    if (row.step.layer->kind() == Layer::Kind::general) line += " (autograd)";
    if (row.step.shares) line += " (same weights)";
  }
  return line;
}

/// Rows as lines, a long middle left out.
void draw_rows(const NetworkLayout& layout, std::size_t first, std::size_t last, Box& box) {
  constexpr std::size_t shown = 12;
  const std::size_t n = last - first;
  for (std::size_t i = 0; i < n; ++i) {
    if (n > shown && i == shown - 2) {
      box.lines.push_back(fmt::format("… {} more …", n - shown + 1));
      i = n - 2;
      continue;
    }
    box.lines.push_back(line_of(layout.rows[first + i]));
  }
}

/// The loop of a network in time: what a pass hears, the rows of one pass, and what is read out.
void draw_time(const NetworkLayout& layout, const TimeLayout& time, Box& box) {
  constexpr const char* readouts[] = {"the last state", "the mean state", "every state"};
  box.lines.push_back(fmt::format("{} pass{} over a state of {} cell{}:", time.passes,
                                  time.passes == 1 ? "" : "es", time.cells,
                                  time.cells == 1 ? "" : "s"));
  box.lines.push_back(
      fmt::format("↻ inject {}{}", time.heard,
                  time.moves ? ", a row of the sheet a pass" : ", the same a pass"));
  draw_rows(layout, time.first, time.ends.front(), box);
  std::string end = fmt::format("then {}", readouts[static_cast<std::size_t>(time.readout)]);
  if (time.truncate > 0) end += fmt::format("; gradients through {} passes", time.truncate);
  box.lines.push_back(end);
}

void draw(const Node& node, const Shapes& shapes, Box& box) {
  const NetworkLayout& layout = shapes.networks.at(node.id);
  if (layout.time) {
    draw_time(layout, *layout.time, box);
  } else {
    draw_rows(layout, 0, layout.rows.size(), box);
  }
  box.gives = fmt::format("B × {} cells", shape_text(layout.out));
}

config::NodeKind record() {
  config::NodeKind kind;
  kind.name = "network";
  kind.place = 30;
  kind.table = table;
  kind.reads = {"encoder", "task", "network"};
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
}  // namespace glia::graph::kinds::network
