// SPDX-License-Identifier: MIT
#include "graph/graph_plan.hpp"

#include <glia/sdk/error.hpp>

namespace glia::graph {

void GraphPlan::check() const {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const GraphNode& node = nodes[i];
    for (const std::size_t input : node.inputs) {
      if (input >= i) {
        throw Error(ErrorCode::internal, "node '" + node.name + "' reads a node that comes later");
      }
    }
    const bool goes_on = node.region && i > 0 && nodes[i - 1].region == node.region;
    if (goes_on && (node.inputs.size() != 1 || node.inputs[0] != i - 1)) {
      throw Error(ErrorCode::internal, "node '" + node.name + "' breaks the chain of its region");
    }
    for (std::size_t k = 0; node.region && !goes_on && k < i; ++k) {
      if (nodes[k].region == node.region) {
        throw Error(ErrorCode::internal, "region of node '" + node.name + "' is interrupted");
      }
    }
  }
}

std::vector<std::vector<std::size_t>> GraphPlan::successors() const {
  std::vector<std::vector<std::size_t>> all(nodes.size());
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (const std::size_t input : nodes[i].inputs) all[input].push_back(i);
  }
  return all;
}

}  // namespace glia::graph
