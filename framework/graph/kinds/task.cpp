// SPDX-License-Identifier: MIT
#include "config/tables/task.hpp"

#include "config/node_reading.hpp"
#include "core/at_work.hpp"
#include "graph/drawing.hpp"
#include "graph/edges.hpp"
#include "graph/tasks.hpp"

#include <glia/sdk/error.hpp>
#include <glia/sdk/task.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace glia::graph::kinds::task {
namespace {

using config::Node;

const config::HostTable& table() {
  static const config::HostTable table = [] {
    auto made = config::table_of(config::task_schema, "task",
                                 "What policies do in time, for the return of an episode.");
    made.plugin = PluginKind::task;
    return made;
  }();
  return table;
}

/// What the host relies on, whatever a plugin gives.
void check_spec(const TaskSpec& spec) {
  const auto require = [](bool holds, const char* what) {
    if (!holds) throw Error(ErrorCode::internal, fmt::format("its plugin gives {}", what));
  };
  require(spec.observation >= 1, "observations without a number");
  require(spec.actions >= 2, "fewer than two actions");
  require(spec.steps >= 1, "episodes without a step");
  check_width(spec.observation);
  if (!spec.score) return;
  for (const auto& name : {spec.score->first, spec.score->second}) {
    require(std::any_of(spec.baselines.begin(), spec.baselines.end(),
                        [&](const Baseline& b) { return b.name == name; }),
            "a score between baselines that it does not have");
  }
}

void check(const Node& node, Edges& edges) {
  const auto& use = task_of(node).use;
  edges.at(use.source, [&] {
    const AtWork at_work(*use.plugin);
    const TaskSpec spec = use.plugin->descriptor->make_task(use.values)->spec();
    check_spec(spec);
    edges.shapes().rows[node.id] = Shape::chain(spec.observation);
    edges.shapes().tasks[node.id] = spec;
  });
}

void draw(const Node& node, const Shapes& shapes, Box& box) {
  const TaskSpec& spec = shapes.tasks.at(node.id);
  box.lines.push_back(plugin_text(task_of(node).use));
  box.lines.push_back(fmt::format("{} actions, at most {} steps", spec.actions, spec.steps));
  box.gives = fmt::format("B × {} observed", spec.observation);
}

config::NodeKind record() {
  config::NodeKind kind;
  kind.name = "task";
  kind.place = 25;
  kind.table = table;
  kind.inputs = "";
  kind.fill = "#e4eef0";
  kind.check = check;
  kind.draw = draw;
  return kind;
}

const Registered<config::NodeKind> registered(record());

}  // namespace
}  // namespace glia::graph::kinds::task
