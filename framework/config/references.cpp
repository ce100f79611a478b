// SPDX-License-Identifier: MIT
#include "config/references.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace glia::config {
namespace {

enum class NodeKind { dataset, encoder, network, head };

const char* name_with_article(NodeKind kind) {
  switch (kind) {
    case NodeKind::dataset:
      return "a dataset";
    case NodeKind::encoder:
      return "an encoder";
    case NodeKind::network:
      return "a network";
    case NodeKind::head:
      return "a head";
  }
  return "?";
}

/// What inputs of a kind may be, and how to say it.
struct Appetite {
  std::vector<NodeKind> kinds;
  const char* sentence;
};

Appetite appetite(NodeKind kind) {
  switch (kind) {
    case NodeKind::encoder:
      return {{NodeKind::dataset}, "an encoder reads a dataset"};
    case NodeKind::network:
      return {{NodeKind::encoder, NodeKind::network},
              "a network reads an encoder or another network"};
    default:
      return {{NodeKind::network, NodeKind::encoder}, "a head reads a network or an encoder"};
  }
}

struct Entry {
  const Node* node;
  NodeKind kind;
  const Input* input;  ///< nullptr for datasets
};

std::vector<Entry> all_nodes(const PipelineSpec& spec) {
  std::vector<Entry> all;
  for (const auto& n : spec.datasets) all.push_back({&n, NodeKind::dataset, nullptr});
  for (const auto& n : spec.encoders) all.push_back({&n, NodeKind::encoder, &n.input});
  for (const auto& n : spec.networks) all.push_back({&n, NodeKind::network, &n.input});
  for (const auto& n : spec.heads) all.push_back({&n, NodeKind::head, &n.input});
  std::stable_sort(all.begin(), all.end(),
                   [](const Entry& a, const Entry& b) { return a.node->source < b.node->source; });
  return all;
}

void check_unique(const std::vector<Entry>& nodes, Diagnostics& problems) {
  std::map<std::string, const Entry*> seen;
  for (const auto& entry : nodes) {
    const auto [it, fresh] = seen.emplace(entry.node->id, &entry);
    if (fresh) continue;
    problems.error(
        entry.node->source,
        "'" + entry.node->id + "' is already the name of " + name_with_article(it->second->kind),
        "the other is at " + it->second->node->source.text());
  }
}

void check_input(const Entry& reader, const std::vector<Entry>& nodes, Diagnostics& problems) {
  if (!reader.input || reader.input->id.empty()) return;  // missing: reported already
  const Appetite wanted = appetite(reader.kind);
  const auto fits = [&](NodeKind kind) {
    return std::find(wanted.kinds.begin(), wanted.kinds.end(), kind) != wanted.kinds.end();
  };
  const Entry* misfit = nullptr;
  std::vector<std::string> candidates;
  for (const auto& entry : nodes) {
    if (fits(entry.kind) && &entry != &reader) candidates.push_back(entry.node->id);
    if (entry.node->id != reader.input->id) continue;
    if (fits(entry.kind)) return;
    misfit = &entry;
  }
  std::string hint = did_you_mean(reader.input->id, candidates);
  if (misfit) {
    problems.error(reader.input->source, "'" + reader.input->id + "' is " +
                                             name_with_article(misfit->kind) + "; " +
                                             wanted.sentence);
    return;
  }
  if (hint.empty()) {
    hint = wanted.sentence;
    if (!candidates.empty()) hint += ": " + quoted_list(candidates);
  }
  problems.error(reader.input->source, "there is no node '" + reader.input->id + "' to read from",
                 hint);
}

/// Only networks read their own kind, and each has one input: follow it until it ends or repeats.
void check_cycles(const PipelineSpec& spec, Diagnostics& problems) {
  std::map<std::string, const NetworkNode*> by_id;
  for (const auto& network : spec.networks) by_id.emplace(network.id, &network);
  std::map<const NetworkNode*, const NetworkNode*> visited;  // node -> start of that walk
  for (const auto& start : spec.networks) {
    std::vector<const NetworkNode*> path;
    const NetworkNode* at = &start;
    while (at && !visited.contains(at)) {
      visited[at] = &start;
      path.push_back(at);
      const auto next = by_id.find(at->input.id);
      at = next == by_id.end() ? nullptr : next->second;
    }
    if (!at || visited[at] != &start) continue;  // ended, or ran into an earlier walk
    std::vector<const NetworkNode*> cycle(std::find(path.begin(), path.end(), at), path.end());
    const auto first =
        std::min_element(cycle.begin(), cycle.end(),
                         [](const auto* a, const auto* b) { return a->source < b->source; });
    std::rotate(cycle.begin(), first, cycle.end());
    std::string chain;
    for (const auto* network : cycle) chain += network->id + " -> ";
    problems.error(cycle.front()->input.source,
                   "the networks read each other in a circle: " + chain + cycle.front()->id,
                   "one of them has to read an encoder");
  }
}

}  // namespace

void check_references(const PipelineSpec& spec, Diagnostics& problems) {
  const auto nodes = all_nodes(spec);
  check_unique(nodes, problems);
  for (const auto& entry : nodes) check_input(entry, nodes, problems);
  check_cycles(spec, problems);
}

}  // namespace glia::config
