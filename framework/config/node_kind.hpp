// SPDX-License-Identifier: MIT
#pragma once

#include "config/host_tables.hpp"
#include "config/pipeline.hpp"
#include "core/registry.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace glia::graph {
class Edges;
class Planner;
struct Box;
struct Shapes;
}  // namespace glia::graph

namespace glia::train {
struct StageWork;
}

namespace glia::config {

struct Reading;
struct Table;

/// A kind of node: all that the host has to know of it, in one record of one file (those of the
/// host lie in graph/kinds/). What a file may say, how it is checked, drawn, planned and documented
/// is read from here. A kind that gives no more than `table` and `check` is a node already; what is
/// left empty follows from the table.
struct NodeKind : Declared {  // its name is that of its table
  static constexpr const char* kind = "node";

  int place = 100;            ///< in lists of kinds: first comes what others read
  const char* article = "a";  ///< "a head", "an encoder"
  const HostTable& (*table)() = nullptr;

  std::string inputs = "input";      ///< the key that names the nodes that it reads; empty: none
  std::vector<std::string> reads{};  ///< the kinds that these may be
  const char* verb = "reads";        ///< what it does to them
  bool trains = false;               ///< it trains what it reads, which nobody else does then
  bool at_least_one = false;         ///< a file without one of these has nothing to run
  bool measured = false;             ///< results have an entry of its id among heads
  bool wanted = false;               ///< planned for its own sake, not only where somebody needs it
  const char* fill = "#eeeeee";      ///< colour of its boxes

  /// Reads a table into the spec; without id and inputs, which are read for it.
  std::function<Node&(const Table&, Reading&, PipelineSpec&)> read{};
  /// Those of a spec, in the order of the file.
  std::function<std::vector<const Node*>(const PipelineSpec&)> nodes{};
  /// What follows "[KIND.ID]" in a resolved file.
  std::function<std::string(const Node&)> text{};
  /// Checks it against what it reads, and tells what it gives, if anybody may read it.
  std::function<void(const Node&, graph::Edges&)> check{};
  /// Adds the stages that it needs; the last one is what its readers build on.
  std::function<std::size_t(const Node&, graph::Planner&)> plan{};
  /// Adds to its box, which has its kind and name.
  std::function<void(const Node&, const graph::Shapes&, graph::Box&)> draw{};
  /// Does the work of its stages of kind `own`. True if an earlier run had done it.
  std::function<bool(const train::StageWork&)> work{};

  /// "an encoder".
  std::string with_article() const { return std::string(article) + ' ' + name; }
};

/// Every kind, in the order of their places.
const std::vector<const NodeKind*>& node_kinds();

/// The nodes of a spec, of all kinds, in the order of the file.
std::vector<const Node*> all_nodes(const PipelineSpec& spec);

/// nullptr if there is none of this name.
const Node* find_node(const PipelineSpec& spec, std::string_view id);

/// The same, each after those that it reads; nodes that read each other in a circle, and what reads
/// them, are left out.
std::vector<const Node*> inputs_first(const PipelineSpec& spec);

/// A typed list of the spec as `NodeKind::nodes` wants it.
template <class NodeType>
std::vector<const Node*> pointers_to(const std::vector<NodeType>& nodes) {
  std::vector<const Node*> all;
  for (const auto& node : nodes) all.push_back(&node);
  return all;
}

}  // namespace glia::config

namespace glia {
template <>
Registry<config::NodeKind>& Registry<config::NodeKind>::all();
}
