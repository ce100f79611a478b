// SPDX-License-Identifier: MIT
#include "config/references.hpp"

#include "config/node_kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glia::config {
namespace {

/// "a network reads an encoder, a task or another network".
std::string appetite(const NodeKind& kind) {
  std::string text;
  for (const auto& name : kind.reads) {
    const NodeKind& other = Registry<NodeKind>::all().at(name);
    text += text.empty() ? "" : name == kind.reads.back() ? " or " : ", ";
    text += &other == &kind ? "another " + name : other.with_article();
  }
  return fmt::format("{} {} {}", kind.with_article(), kind.verb, text);
}

void check_unique(const std::vector<const Node*>& nodes, Diagnostics& problems) {
  std::map<std::string_view, const Node*> seen;
  for (const Node* node : nodes) {
    const auto [it, fresh] = seen.emplace(node->id, node);
    if (fresh) continue;
    problems.error(
        node->source,
        fmt::format("'{}' is already the name of {}", node->id, it->second->kind->with_article()),
        "the other is at " + it->second->source.text());
  }
}

void check_input(const Node& reader, const Input& input, const std::vector<const Node*>& nodes,
                 Diagnostics& problems) {
  if (input.id.empty()) {
    problems.error(input.source, "the name of a node is missing", appetite(*reader.kind));
    return;
  }
  const auto fits = [&](const Node& node) {
    const auto& kinds = reader.kind->reads;
    return std::find(kinds.begin(), kinds.end(), node.kind->name) != kinds.end();
  };
  const Node* misfit = nullptr;
  std::vector<std::string> candidates;
  for (const Node* node : nodes) {
    if (fits(*node) && node != &reader) candidates.push_back(node->id);
    if (node->id != input.id) continue;
    if (fits(*node)) return;
    misfit = node;
  }
  if (misfit) {
    problems.error(input.source, fmt::format("'{}' is {}; {}", input.id,
                                             misfit->kind->with_article(), appetite(*reader.kind)));
    return;
  }
  std::string hint = did_you_mean(input.id, candidates);
  if (hint.empty()) {
    hint = appetite(*reader.kind);
    if (!candidates.empty()) hint += ": " + quoted_list(candidates);
  }
  const bool reads = std::string_view(reader.kind->verb) == "reads";
  problems.error(input.source,
                 fmt::format("there is no {} '{}'{}", reads ? "node" : reader.kind->reads.front(),
                             input.id, reads ? " to read from" : ""),
                 hint);
}

/// What a list of inputs has to be, and what turns several rows into one.
void check_list(const Node& node, Diagnostics& problems) {
  const HostTable& table = node.kind->table();
  const auto& lists = table.lists;
  const bool may_join = std::find(lists.begin(), lists.end(), node.kind->inputs) != lists.end();
  const Source& place = node.inputs.empty() ? node.source : node.inputs.front().source;
  const std::string& key = node.kind->inputs;
  if (node.listed && node.inputs.empty()) {
    problems.error(node.source,
                   fmt::format("the list '{}' of {} '{}' is empty", key, node.kind->name, node.id),
                   appetite(*node.kind));
  }
  std::set<std::string_view> seen;
  for (const Input& input : node.inputs) {
    if (seen.insert(input.id).second || input.id.empty()) continue;
    problems.error(input.source,
                   fmt::format("'{}' stands twice in '{}' of {} '{}'", input.id, key,
                               node.kind->name, node.id),
                   "name it once");
  }
  if (!may_join) return;
  if (node.listed && node.inputs.size() == 1) {
    problems.error(place, fmt::format("'{}' is a list of one", key),
                   fmt::format("write {} = \"{}\"", key, node.inputs.front().id));
  } else if (node.listed && node.inputs.size() > 1 && !node.gives("join")) {
    problems.error(place,
                   fmt::format("{} '{}' reads {} nodes, and nothing says how they become one row",
                               node.kind->name, node.id, node.inputs.size()),
                   "add join = \"concat\" (one row after the other) or join = \"add\" (cell to "
                   "cell)");
  } else if (!node.listed && !node.inputs.empty() && node.gives("join")) {
    problems.error(
        node.join_source,
        fmt::format("'join' has no effect: {} '{}' reads one node", node.kind->name, node.id),
        fmt::format("leave it out, or write {} = [\"NAME\", \"NAME\"]", key));
  }
}

/// Whatever is trained is trained by one.
void check_trained_once(const std::vector<const Node*>& nodes, Diagnostics& problems) {
  std::map<std::string_view, std::pair<const Node*, const Input*>> trained;
  for (const Node* node : nodes) {
    if (!node->kind->trains) continue;
    for (const Input& input : node->inputs) {
      const auto [it, fresh] = trained.emplace(input.id, std::pair{node, &input});
      if (fresh || it->second.first == node) continue;
      problems.error(input.source,
                     fmt::format("'{}' is trained by {} '{}' already", input.id,
                                 it->second.first->kind->name, it->second.first->id),
                     "that is at " + it->second.second->source.text());
    }
  }
}

/// Reports a circle once, from the place in it that stands first in the file.
void tell_circle(std::vector<const Node*> circle, Diagnostics& problems) {
  const auto first =
      std::min_element(circle.begin(), circle.end(),
                       [](const Node* a, const Node* b) { return a->source < b->source; });
  std::rotate(circle.begin(), first, circle.end());
  for (std::size_t i = 0; i < circle.size(); ++i) {
    const auto& may_read = circle[i]->kind->reads;
    const auto& next = circle[(i + 1) % circle.size()]->kind->name;
    // Whoever reads what it cannot read is told so already.
    if (std::find(may_read.begin(), may_read.end(), next) == may_read.end()) return;
  }
  std::string chain;
  for (const Node* node : circle) chain += node->id + " -> ";
  const Node& start = *circle.front();
  const std::string& next = circle[1 % circle.size()]->id;
  const auto input = std::find_if(start.inputs.begin(), start.inputs.end(),
                                  [&](const Input& i) { return i.id == next; });
  std::string other;
  for (const auto& kind : start.kind->reads) {
    if (other.empty() && kind != start.kind->name) {
      other = Registry<NodeKind>::all().at(kind).with_article();
    }
  }
  problems.error(
      input->source,
      fmt::format("the {}s read each other in a circle: {}{}", start.kind->name, chain, start.id),
      "one of them has to read " + other);
}

/// Whatever cannot be put after its inputs is in a circle or reads one: follow what it reads until
/// that repeats.
void check_circles(const PipelineSpec& spec, const std::vector<const Node*>& nodes,
                   Diagnostics& problems) {
  std::set<const Node*> rest(nodes.begin(), nodes.end());
  for (const Node* node : inputs_first(spec)) rest.erase(node);
  std::map<std::string_view, const Node*> by_id;
  for (const Node* node : nodes) {
    if (rest.contains(node)) by_id.emplace(node->id, node);
  }
  std::map<const Node*, const Node*> visited;  // node -> start of that walk
  for (const Node* start : nodes) {
    std::vector<const Node*> path;
    const Node* at = rest.contains(start) ? start : nullptr;
    while (at && !visited.contains(at)) {
      visited[at] = start;
      path.push_back(at);
      const Node* next = nullptr;
      for (const Input& input : at->inputs) {
        const auto it = by_id.find(input.id);
        if (!next && it != by_id.end()) next = it->second;
      }
      at = next;
    }
    if (!at || visited[at] != start) continue;  // ran into an earlier walk
    tell_circle({std::find(path.begin(), path.end(), at), path.end()}, problems);
  }
}

}  // namespace

void check_references(const PipelineSpec& spec, Diagnostics& problems) {
  const auto nodes = all_nodes(spec);
  check_unique(nodes, problems);
  for (const Node* node : nodes) {
    check_list(*node, problems);
    for (const Input& input : node->inputs) check_input(*node, input, nodes, problems);
  }
  check_trained_once(nodes, problems);
  check_circles(spec, nodes, problems);
}

}  // namespace glia::config
