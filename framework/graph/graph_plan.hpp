// SPDX-License-Identifier: MIT
#pragma once

#include "graph/message.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace glia::graph {

/// What a node does with a message: reads what earlier nodes left, returns what it leaves. Must
/// draw random numbers from streams keyed by the message's number only.
using Body = std::function<Tensors(const Message&)>;

struct GraphNode {
  std::string name;                   ///< as in the pipeline file
  std::string what{};                 ///< plugin and parameters, for error messages
  std::vector<std::size_t> inputs{};  ///< earlier nodes
  /// 0: messages pass in parallel. Otherwise the number of a region: its nodes are a chain that one
  /// message at a time passes, strictly in the order of numbers (a training step, say).
  int region = 0;
  bool grad = false;  ///< whether the body builds an autograd graph
  Body body{};
};

/// Nodes in topological order: pure data, the same for every runner.
struct GraphPlan {
  std::vector<GraphNode> nodes;
  std::string noun = "node";  ///< what errors call a node

  /// Throws Error (internal) unless inputs come earlier and every region is a chain.
  void check() const;
  /// For each node, the nodes that read it.
  std::vector<std::vector<std::size_t>> successors() const;
};

/// Messages first, first + 1, ..., last - 1.
struct Range {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// Time spent in a node.
struct NodeStats {
  std::string name;
  std::uint64_t messages = 0;
  double seconds = 0;  ///< of its bodies, all threads together
};

/// How a run went.
struct RunReport {
  std::uint64_t next = 0;  ///< first message that was not issued; Range::last unless stopped
  std::uint64_t peak_in_flight = 0;
  std::vector<NodeStats> nodes;
};

/// Asked between messages; true = issue no more, finish what is under way.
using StopRequest = std::function<bool()>;

}  // namespace glia::graph
