// SPDX-License-Identifier: MIT
#include "config/node_reading.hpp"
#include "config/node_text.hpp"
#include "config/selections.hpp"
#include "core/at_work.hpp"
#include "graph/augmentation.hpp"
#include "graph/data_identity.hpp"
#include "graph/drawing.hpp"
#include "graph/edges.hpp"
#include "graph/identity.hpp"
#include "graph/planner.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <utility>
#include <variant>

namespace glia::graph::kinds::dataset {
namespace {

using config::DatasetNode;
using config::Node;

const DatasetNode& dataset(const Node& node) { return static_cast<const DatasetNode&>(node); }

const config::HostTable& augmentation_table() {
  static const config::HostTable table = [] {
    auto made = config::table_of(config::augmentation_schema, "augmentation",
                                 "What is done to training samples, in the order of the list.");
    made.selections = {"augmentation"};
    offer_choices(made);
    return made;
  }();
  return table;
}

const config::HostTable& table() {
  static const config::HostTable table = [] {
    auto made = config::table_of(config::dataset_schema, "dataset", "Where samples come from.");
    made.sections = {
        {"augment",
         "What is done to training samples, a list of steps: drawn anew for every sample "
         "and epoch. Validation and test samples stay as they are.",
         config::Section::Holds::tables, augmentation_table}};
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
    const std::string file = config::seen_from(member->value.source, text);
    if (!std::filesystem::is_regular_file(file, trouble)) continue;
    // Whole, so that what is written down means the same file when it is read elsewhere.
    const auto whole = std::filesystem::absolute(file, trouble);
    text = trouble ? file : whole.lexically_normal().string();
  }
}

std::vector<config::AugmentationSpec> read_augment(const config::Table& node,
                                                   config::Reading& reading) {
  const config::Member* member = node.find("augment");
  if (!member) return {};
  const std::string path = node.path + ".augment";
  const auto refuse = [&](const config::Item& item, const std::string& what) {
    reading.problems.error(item.source, fmt::format("{}, not {}", what, config::describe(item)),
                           "write augment = [{ augmentation = \"NAME\" }, ...]");
  };
  if (!member->value.is_array()) {
    refuse(member->value, fmt::format("'{}' must be a list of tables", path));
    return {};
  }
  std::vector<config::AugmentationSpec> chain;
  for (std::size_t i = 0; i < member->value.items.size(); ++i) {
    const config::Item& item = member->value.items[i];
    if (!item.is_table()) {
      refuse(item, fmt::format("a step of '{}' must be a table", path));
      continue;
    }
    const config::Table table{&item, item.source, fmt::format("{}.{}", path, i)};
    const auto* name = table.find("augmentation");
    const auto* known = name ? std::get_if<std::string>(&name->value.scalar) : nullptr;
    if (!known ||
        !find_declared("augmentation", *known)) {  // nobody knows whose the other keys are
      config::read_fields(table, augmentation_table().fields, reading);
      continue;
    }
    auto found = config::read_selected(augmentation_table(), table, reading);
    auto& step = chain.emplace_back(config::augmentation_schema.parse(found.own.values));
    step.settings = std::move(found.settings);
    step.source = item.source;
  }
  return chain;
}

Node& read(const config::Table& from, config::Reading& reading, config::PipelineSpec& spec) {
  DatasetNode& node = spec.datasets.emplace_back();
  read_keys(node, config::dataset_schema, table(), from, reading);
  node.augment = read_augment(from, reading);
  node.use = plugin_of(table(), from, reading);
  find_files(node.use, from);
  return node;
}

std::string augment_line(const std::vector<config::AugmentationSpec>& chain) {
  std::string steps;
  for (const auto& step : chain) {
    ValueMap values = config::augmentation_schema.values(step);
    values.insert(step.settings.begin(), step.settings.end());
    steps += fmt::format("{}{{ {} }}", steps.empty() ? "" : ", ",
                         config::inline_settings(augmentation_table(), std::move(values)));
  }
  return steps.empty() ? "" : fmt::format("augment = [{}]\n", steps);
}

std::string text(const Node& node) {
  const auto& own = dataset(node);
  return host_lines(node, config::dataset_schema.values(own)) + augment_line(own.augment) +
         plugin_lines(own.use);
}

void check(const Node& node, Edges& edges) {
  const auto& use = dataset(node).use;
  edges.at(use.source, [&] {
    const AtWork at_work(*use.plugin);
    const SampleSpec* known = edges.known(node.id);
    SampleSpec data = known ? *known : use.plugin->descriptor->make_dataset(use.values)->spec();
    check_spec(data);
    edges.shapes().datasets[node.id] = std::move(data);
  });
  const auto data = edges.shapes().datasets.find(node.id);
  if (data == edges.shapes().datasets.end()) return;
  for (const auto& step : dataset(node).augment) {
    edges.at(step.source, [&] { make_change(step, data->second); });
  }
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
  for (const auto& step : dataset(node).augment)
    box.lines.push_back("augment: " + step.augmentation);
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
}  // namespace glia::graph::kinds::dataset
