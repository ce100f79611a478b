// SPDX-License-Identifier: MIT
#include "graph/tasks.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace glia::graph {

std::vector<const config::TableNode*> tasks_behind(const config::PipelineSpec& spec,
                                                   const config::Node& node) {
  const auto is_task = [](const config::TableNode& other) { return other.kind->name == "task"; };
  if (std::none_of(spec.others.begin(), spec.others.end(), is_task)) return {};
  std::map<std::string_view, const config::Node*> by_id;
  for (const config::Node* other : config::all_nodes(spec)) by_id.emplace(other->id, other);
  std::vector<const config::TableNode*> tasks;
  std::set<const config::Node*> seen{&node};
  std::vector<const config::Node*> left{&node};
  while (!left.empty()) {
    const config::Node* at = left.back();
    left.pop_back();
    for (const auto& input : at->inputs) {
      const auto it = by_id.find(input.id);
      if (it == by_id.end() || !seen.insert(it->second).second) continue;
      left.push_back(it->second);
      if (it->second->kind->name == "task") tasks.push_back(&task_of(*it->second));
    }
  }
  return tasks;
}

}  // namespace glia::graph
