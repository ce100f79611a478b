// SPDX-License-Identifier: MIT
#include "config/node_reading.hpp"
#include "config/node_text.hpp"
#include "graph/data_identity.hpp"
#include "graph/drawing.hpp"
#include "graph/edges.hpp"
#include "graph/identity.hpp"
#include "graph/planner.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>
#include <variant>

namespace glia::graph {
namespace {

using config::DatasetNode;
using config::Node;

const DatasetNode& dataset(const Node& node) { return static_cast<const DatasetNode&>(node); }

const config::HostTable& table() {
  static const config::HostTable table = [] {
    auto made = config::table_of(config::dataset_schema, "dataset", "Where samples come from.");
    made.plugin = PluginKind::dataset;
    return made;
  }();
  return table;
}

/// A text that names a file beside the pipeline file means that file, so that both can be moved
/// together.
void find_files(config::PluginUse& use, const config::Table& from) {
  if (!use.plugin) return;
  std::error_code trouble;
  for (const FieldSpec& field : use.plugin->descriptor->fields) {
    const auto value = use.values.find(field.name);
    const config::Member* member = from.find(field.name);
    if (field.kind != FieldKind::text || !field.choices.empty() || !member) continue;
    if (value == use.values.end()) continue;
    auto& text = std::get<std::string>(value->second);
    std::string file = config::seen_from(member->value.source, text);
    if (std::filesystem::is_regular_file(file, trouble)) text = std::move(file);
  }
}

Node& read(const config::Table& from, config::Reading& reading, config::PipelineSpec& spec) {
  DatasetNode& node = spec.datasets.emplace_back();
  read_keys(node, config::dataset_schema, table(), from, reading);
  node.use = plugin_of(table(), from, reading);
  find_files(node.use, from);
  return node;
}

std::string text(const Node& node) {
  const auto& own = dataset(node);
  return host_lines(node, config::dataset_schema.values(own)) + plugin_lines(own.use);
}

void check(const Node& node, Edges& edges) {
  const auto& use = dataset(node).use;
  edges.at(use.source, [&] {
    const SampleSpec* known = edges.known(node.id);
    SampleSpec data = known ? *known : use.plugin->descriptor->make_dataset(use.values)->spec();
    check_spec(data);
    edges.shapes().datasets[node.id] = std::move(data);
  });
}

std::size_t plan(const Node& node, Planner& planner) {
  const auto& own = dataset(node);
  return planner.add(Stage::Kind::load, node.id, "load", {},
                     identity_of(config::dataset_schema, own, {"plugin"}) + identity_of(own.use) +
                         identity_line("files", data_identity(own.use)));
}

void draw(const Node& node, const Shapes& shapes, Box& box) {
  const SampleSpec& spec = shapes.datasets.at(node.id);
  std::string extents;
  for (const auto extent : spec.shape) {
    extents += (extents.empty() ? "" : " × ") + std::to_string(extent);
  }
  box.lines.push_back(plugin_text(dataset(node).use));
  box.gives = fmt::format("B × {} ({}), float32", spec.features(), extents);
}

config::NodeKind record() {
  config::NodeKind kind;
  kind.name = "dataset";
  kind.place = 10;
  kind.table = table;
  kind.inputs = "";
  kind.fill = "#e8eef7";
  kind.read = read;
  kind.nodes = [](const config::PipelineSpec& spec) { return config::pointers_to(spec.datasets); };
  kind.text = text;
  kind.check = check;
  kind.plan = plan;
  kind.draw = draw;
  return kind;
}

const Registered<config::NodeKind> registered(record());

}  // namespace
}  // namespace glia::graph
