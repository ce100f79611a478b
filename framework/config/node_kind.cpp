// SPDX-License-Identifier: MIT
#include "config/node_kind.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace glia {

template <>
Registry<config::NodeKind>& Registry<config::NodeKind>::all() {
  static Registry registry;
  return registry;
}

}  // namespace glia

namespace glia::config {
namespace {

/// Nodes of `kind` among those that have no list of their own.
std::vector<const Node*> others_of(const NodeKind* kind, const PipelineSpec& spec) {
  std::vector<const Node*> all;
  for (const auto& node : spec.others) {
    if (node.kind == kind) all.push_back(&node);
  }
  return all;
}

}  // namespace

const std::vector<const NodeKind*>& node_kinds() {
  static const std::vector<const NodeKind*> kinds = [] {
    auto all = Registry<NodeKind>::all().entries();
    std::sort(all.begin(), all.end(), [](const NodeKind* a, const NodeKind* b) {
      return std::tie(a->place, a->name) < std::tie(b->place, b->name);
    });
    return all;
  }();
  return kinds;
}

std::vector<const Node*> all_nodes(const PipelineSpec& spec) {
  std::vector<const Node*> all;
  for (const NodeKind* kind : node_kinds()) {
    const auto some = kind->nodes ? kind->nodes(spec) : others_of(kind, spec);
    all.insert(all.end(), some.begin(), some.end());
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Node* a, const Node* b) { return a->source < b->source; });
  return all;
}

const Node* find_node(const PipelineSpec& spec, std::string_view id) {
  for (const Node* node : all_nodes(spec)) {
    if (node->id == id) return node;
  }
  return nullptr;
}

std::vector<const Node*> inputs_first(const PipelineSpec& spec) {
  const auto nodes = all_nodes(spec);
  std::map<std::string_view, std::vector<const Node*>> readers;
  std::map<const Node*, std::size_t> missing;  // inputs that are not in the list yet
  std::map<std::string_view, bool> known;
  for (const Node* node : nodes) known[node->id] = true;
  std::vector<const Node*> order;
  for (const Node* node : nodes) {
    for (const Input& input : node->inputs) {
      if (!known.contains(input.id)) continue;
      readers[input.id].push_back(node);
      ++missing[node];
    }
    if (missing[node] == 0) order.push_back(node);
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (const Node* reader : readers[order[i]->id]) {
      if (--missing[reader] == 0) order.push_back(reader);
    }
    readers.erase(order[i]->id);
  }
  return order;
}

}  // namespace glia::config
