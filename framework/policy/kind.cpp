// SPDX-License-Identifier: MIT
// [policy.ID]: a network that acts in a task, and how it is trained.
#include "config/node_kind.hpp"
#include "config/node_reading.hpp"
#include "config/tables/policy.hpp"
#include "graph/drawing.hpp"
#include "graph/edges.hpp"
#include "graph/identity.hpp"
#include "graph/planner.hpp"
#include "graph/tasks.hpp"
#include "graph/trained.hpp"
#include "policy/policy_run.hpp"
#include "policy/train_table.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

namespace glia::policy {
namespace {

using config::Node;
using config::TableNode;

const TableNode& policy(const Node& node) { return static_cast<const TableNode&>(node); }

const config::HostTable& table() {
  static const config::HostTable table = [] {
    auto made = config::table_of(config::policy_schema, "policy",
                                 "Acts in a task by the last row of a network, and is trained by "
                                 "what that brings, with copies of the networks on its path.");
    made.sections = {{"train", "How it is trained.", config::Section::Holds::table, train_table}};
    return made;
  }();
  return table;
}

/// The only task that all begins at.
const TableNode& task_behind(const Node& node, const graph::Path& path, const graph::Edges& edges) {
  const auto tasks = graph::tasks_behind(edges.spec(), node);
  if (path.encoder) {
    throw Error(ErrorCode::configuration,
                fmt::format("policy '{}' begins at encoder '{}', and samples give no rewards",
                            node.id, path.encoder->id),
                "let its networks begin at a task: [task.ID] with a task plugin, and input = "
                "\"ID\" in the first network");
  }
  if (tasks.empty()) {
    throw Error(ErrorCode::configuration, fmt::format("policy '{}' begins at no task", node.id));
  }
  if (tasks.size() > 1) {
    throw Error(ErrorCode::configuration,
                fmt::format("policy '{}' begins at two tasks, '{}' and '{}'", node.id, tasks[0]->id,
                            tasks[1]->id),
                "a policy acts in one task; give each a policy of its own");
  }
  return *tasks.front();
}

/// Whether lanes can run it: every network a program, and rows that are joined added.
void check_steps(const Node& node, const graph::Path& path, const graph::Shapes& shapes) {
  for (std::size_t n = 0; n < path.networks.size(); ++n) {
    const auto& network = *path.networks[n];
    const auto layout = shapes.networks.find(network.id);
    if (layout == shapes.networks.end()) continue;  // reported where it failed
    for (const auto& row : layout->second.rows) {
      if (row.step.fused()) continue;
      throw Error(ErrorCode::configuration,
                  fmt::format("step '{}' of network '{}' cannot be in policy '{}': it is code of "
                              "its own, and many candidates are computed together",
                              row.step.name, network.id, node.id),
                  "use wave layers that state who hears whom, such as gather, slide and spread");
    }
    const graph::Join* join = path.heard[n].join;
    if (!join || join->adds) continue;
    throw Error(ErrorCode::configuration,
                fmt::format("network '{}' joins rows by '{}', which cannot be in policy '{}'",
                            network.id, join->name, node.id),
                "join = \"add\" can");
  }
}

void check(const Node& node, graph::Edges& edges) {
  if (node.inputs.empty()) return;  // reported as a missing key
  edges.at(node.input().source, [&] {
    graph::Path path = graph::path_of(edges.spec(), {&node});
    const TableNode& task = task_behind(node, path, edges);
    const auto in = edges.row_of(node);
    const auto spec = edges.shapes().tasks.find(task.id);
    if (!in || spec == edges.shapes().tasks.end()) return;  // reported where it failed
    check_steps(node, path, edges.shapes());
    const std::int64_t actions = spec->second.actions;
    if (in->cells() != actions) {
      throw Error(
          ErrorCode::shape,
          fmt::format("the last row of network '{}' has {} cell{}, and task '{}' has {} "
                      "actions",
                      node.input().id, in->cells(), in->cells() == 1 ? "" : "s", task.id, actions),
          fmt::format("an action is a cell: end with {} of them, by narrow_to = {} for one",
                      actions, actions));
    }
    edges.shapes().policies[node.id] = std::move(path);
  });
}

std::size_t plan(const Node& node, graph::Planner& planner) {
  const auto tasks = graph::tasks_behind(planner.spec(), node);
  const graph::Path& path = planner.shapes().policies.at(node.id);
  return planner.add(
      graph::Stage::Kind::own, node.id, "train", {},
      graph::identity_line("node", node.id) + graph::identity_line("task", tasks.front()->id) +
          graph::identity_of(tasks.front()->use) + graph::identity_of(path) +
          graph::identity_of(policy(node).sections.at("train"), "train.") + planner.seed());
}

void draw(const Node& node, const graph::Shapes&, graph::Box& box) {
  const PolicyTrain train = train_of(policy(node));
  box.lines.push_back(
      fmt::format("{}, {}, {} generations", train.method, train.optimizer, train.generations));
}

config::NodeKind record() {
  config::NodeKind kind;
  kind.name = "policy";
  kind.place = 45;
  kind.table = table;
  kind.reads = {"network"};
  kind.at_least_one = true;
  kind.wanted = true;
  kind.measured = true;
  kind.fill = "#f6e3e3";
  kind.check = check;
  kind.plan = plan;
  kind.draw = draw;
  kind.work = [](const train::StageWork& work) { return PolicyRun(work).run(); };
  return kind;
}

const Registered<config::NodeKind> registered(record());

}  // namespace
}  // namespace glia::policy
