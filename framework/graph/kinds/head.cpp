// SPDX-License-Identifier: MIT
#include "config/fields.hpp"
#include "config/node_reading.hpp"
#include "config/node_text.hpp"
#include "core/at_work.hpp"
#include "graph/drawing.hpp"
#include "graph/edges.hpp"
#include "graph/identity.hpp"
#include "graph/planner.hpp"
#include "graph/tasks.hpp"
#include "graph/trained.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/head.hpp>
#include <glia/sdk/pass_readout.hpp>

#include <fmt/format.h>

#include <utility>
#include <variant>

namespace glia::graph::kinds::head {
namespace {

using config::HeadNode;
using config::Node;

const HeadNode& head(const Node& node) { return static_cast<const HeadNode&>(node); }

const config::HostTable& damage_table() {
  static const config::HostTable table =
      config::table_of(config::damage_schema, "damage", "How a trained network is damaged.");
  return table;
}

const config::HostTable& table() {
  static const config::HostTable table = [] {
    auto made =
        config::table_of(config::head_schema, "head", "Reads the last row, answers and is scored.");
    for (auto& field : config::join_schema.fields()) made.fields.push_back(std::move(field));
    made.lists = {"input"};
    made.sections = {
        config::train_section(),
        {"damage", "How its weights are damaged after training, to test what they withstand.",
         config::Section::Holds::table, damage_table}};
    made.names = {{"metrics", "metric"}, {"join", "join"}};
    offer_choices(made);
    made.plugin = PluginKind::head;
    return made;
  }();
  return table;
}

config::DamageSpec read_damage(const config::Table& node, config::Reading& reading) {
  const auto* member = node.find("damage");
  if (!member) return {};
  const auto table = as_table(*member, node.path + ".damage", reading.problems);
  if (!table) return {};
  refuse_unknown_keys(*table, damage_table().keys(), reading.problems);
  const auto has_levels = [&](const char* key) {
    const auto* levels = table->find(key);
    return levels && !(levels->value.is_array() && levels->value.items.empty());
  };
  if (!has_levels("weight_noise") && !has_levels("weight_loss")) {
    reading.problems.error(member->value.source, fmt::format("'{}' has no levels", table->path),
                           "give weight_noise = [0.1, 0.2], weight_loss = [0.05, 0.1] or both");
  }
  return config::damage_schema.parse(read_fields(*table, damage_table().fields, reading).values);
}

/// What would be lost without a word.
void refuse_training(const config::Table& head, const std::string& training,
                     Diagnostics& problems) {
  const auto* member = head.find("train");
  if (!member) return;
  problems.error(member->source,
                 fmt::format("'train' has no effect in '{}': it is trained by training '{}'",
                             head.path, training),
                 fmt::format("write it in [training.{}]", training));
}

Node& read(const config::Table& from, config::Reading& reading, config::PipelineSpec& spec) {
  HeadNode& node = spec.heads.emplace_back();
  read_keys(node, config::head_schema, table(), from, reading);
  read_start(node, from);
  const auto together = reading.trained_by.find(from.id());
  if (together == reading.trained_by.end()) {
    node.train = read_train(from, reading);
  } else {
    node.training = together->second;
    refuse_training(from, node.training, reading.problems);
  }
  node.damage = read_damage(from, reading);
  node.use = plugin_of(table(), from, reading);
  return node;
}

std::string text(const Node& node) {
  const auto& own = head(node);
  const std::string damage =
      own.damage.empty() ? ""
                         : inline_table(damage_table(), config::damage_schema.values(own.damage));
  return host_lines(node, config::head_schema.values(own)) +
         (own.training.empty() ? train_line(own.train) : "") + damage + plugin_lines(own.use);
}

/// A task has no samples to be right about.
bool begins_at_a_task(const Node& node, Edges& edges) {
  const auto tasks = tasks_behind(edges.spec(), node);
  if (tasks.empty()) return false;
  edges.problems().error(
      node.input().source,
      fmt::format("head '{}' cannot be trained in task '{}', which gives rewards and no targets",
                  node.id, tasks.front()->id),
      fmt::format("train a policy: [policy.{}] with input = \"{}\"", node.id, node.input().id));
  return true;
}

/// The network that leaves the row which a head reads; none where it reads several, or the encoder.
const NetworkLayout* network_before(const Path& path, const Shapes& shapes, std::string* id) {
  const std::size_t row = path.ends[0].rows.front();
  if (path.ends[0].join || row == 0) return nullptr;
  *id = path.networks[row - 1]->id;
  const auto layout = shapes.networks.find(*id);
  return layout == shapes.networks.end() ? nullptr : &layout->second;
}

/// A head that reads the state after each pass reads all passes of its network. Error (shape)
void check_passes(const Path& path, const Head& made, const Shapes& shapes) {
  const auto* readout = dynamic_cast<const PassReadout*>(&made);
  std::string id;
  const NetworkLayout* before = network_before(path, shapes, &id);
  if (!readout || !before || !before->time) return;
  const TimeLayout& time = *before->time;
  const auto passes = static_cast<std::int64_t>(readout->reading().shares.size());
  if (time.readout != config::Readout::every) {
    throw Error(
        ErrorCode::shape,
        fmt::format("the head reads the state after each pass, but network '{}' leaves one", id),
        fmt::format("write readout = \"every\" in [network.{}]", id));
  }
  if (passes == time.passes) return;
  throw Error(
      ErrorCode::shape,
      fmt::format("the head reads a row as the states of {} pass{}, but network '{}' makes {}",
                  passes, passes == 1 ? "" : "es", id, time.passes),
      fmt::format("give the head as many: {}", time.passes));
}

/// The last wave of a pattern, which leaves the row that is read; none where a block leaves it.
const config::Step* last_wave(const config::Block& block) {
  if (block.narrow_to || block.widen_to) return nullptr;
  for (auto step = block.pattern.rbegin(); step != block.pattern.rend(); ++step) {
    if (step->kind == config::Step::Kind::wave) return &*step;
    if (step->kind == config::Step::Kind::block) return nullptr;
  }
  return nullptr;
}

/// Where the last wave of a network is as wide as it is told to be, that is what is to be changed.
Error for_width(const Error& error, const Path& path, const Shapes& shapes,
                const SampleSpec& data) {
  std::string id;
  const NetworkLayout* before = network_before(path, shapes, &id);
  const std::int64_t wanted = data.classes > 0 ? data.classes : data.target_width;
  if (error.hint().find("narrow_to") == std::string::npos || !before) return error;
  const auto& network = *path.networks[path.ends[0].rows.front() - 1];
  const config::Step* last = last_wave(network.block);
  if (!last || !last->wave.plugin) return error;
  const auto width = last->wave.values.find("width");
  if (width == last->wave.values.end() || !std::holds_alternative<std::int64_t>(width->second) ||
      std::get<std::int64_t>(width->second) != before->out.cells()) {
    return error;
  }
  // What the head says of the data besides its own advice stays.
  const auto more = error.hint().find("; the classes");
  return Error(
      error.code(), error.message(),
      fmt::format("the last wave of network '{}' is as wide as it says: write width = {} in "
                  "its '{}' ({}){}",
                  id, wanted, last->wave.plugin->descriptor->id, last->wave.source.text(),
                  more == std::string::npos ? "" : error.hint().substr(more)));
}

/// A network in time keeps its width: another one behind it has as many cells as a head wants.
Error for_time(const Error& error, const Path& path, const Shapes& shapes, const SampleSpec& data) {
  std::string id;
  const NetworkLayout* before = network_before(path, shapes, &id);
  if (error.code() != ErrorCode::shape || !before || !before->time ||
      error.hint().find("narrow_to") == std::string::npos) {
    return error;
  }
  return Error(error.code(), error.message(),
               fmt::format("network '{}' goes through time and keeps its width: put another one "
                           "behind it, with input = \"{}\" and pattern = [{{ wave = \"linear\", "
                           "width = {} }}]",
                           id, id, data.classes > 0 ? data.classes : data.target_width));
}

void check(const Node& node, Edges& edges) {
  const auto& own = head(node);
  if (node.inputs.empty() || begins_at_a_task(node, edges)) return;
  const auto in = edges.row_of(node);
  edges.at(node.input().source, [&] {
    Path path = path_of(edges.spec(), {&node});
    const auto data = path.dataset ? edges.shapes().datasets.find(path.dataset->id)
                                   : edges.shapes().datasets.end();
    if (!in || data == edges.shapes().datasets.end()) return;  // reported where it failed
    const AtWork at_work(*own.use.plugin);
    const auto made = own.use.plugin->descriptor->make_head(own.use.values);
    edges.shapes().heads[node.id] = path;
    try {
      made->check(in->cells(), data->second);
      check_passes(path, *made, edges.shapes());
    } catch (Error& e) {
      Error told = for_time(e, path, edges.shapes(), data->second);
      told = for_width(told, path, edges.shapes(), data->second);
      throw told.within(edges.name_of_edge(node));
    }
  });
  const auto path = edges.shapes().heads.find(node.id);
  if (path == edges.shapes().heads.end() || !own.training.empty()) return;
  check_epochs(node, own.train, *path->second.encoder, edges.problems());
  check_patience(node, own.train, *path->second.encoder, *path->second.dataset, edges.problems());
}

std::size_t plan(const Node& node, Planner& planner) {
  const auto& own = head(node);
  const Path& path = planner.shapes().heads.at(node.id);
  const std::size_t trained =
      own.training.empty()
          ? planner.add(
                Stage::Kind::train_head, node.id, "train", {planner.stage_of(*path.encoder)},
                identity_line("node", node.id) + identity_of(path) +
                    identity_of(own, path, path.ends[0], identity_of(own.train)) + planner.seed())
          : planner.stage_of(*config::find_node(planner.spec(), own.training));
  if (own.damage.empty()) return trained;
  return planner.add(Stage::Kind::damage, node.id, "damage", {trained},
                     identity_of(config::damage_schema.values(own.damage)) + planner.seed());
}

config::NodeKind record() {
  config::NodeKind kind;
  kind.name = "head";
  kind.place = 40;
  kind.table = table;
  kind.reads = {"network", "encoder"};
  kind.at_least_one = true;
  kind.measured = true;
  kind.wanted = true;
  kind.fill = "#f6e6ef";
  kind.read = read;
  kind.nodes = [](const config::PipelineSpec& spec) { return config::pointers_to(spec.heads); };
  kind.text = text;
  kind.check = check;
  kind.plan = plan;
  kind.draw = [](const Node& node, const Shapes&, Box& box) {
    box.lines.push_back(plugin_text(head(node).use));
  };
  return kind;
}

const Registered<config::NodeKind> registered(record());

}  // namespace
}  // namespace glia::graph::kinds::head
