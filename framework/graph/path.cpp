// SPDX-License-Identifier: MIT
#include "graph/path.hpp"

#include "config/node_kind.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace glia::graph {
namespace {

using config::Node;

template <class NodeType>
std::map<std::string_view, const NodeType*> by_id(const std::vector<NodeType>& nodes) {
  std::map<std::string_view, const NodeType*> all;
  for (const auto& node : nodes) all.emplace(node.id, &node);
  return all;
}

template <class NodeType>
const NodeType* find(const std::map<std::string_view, const NodeType*>& nodes,
                     std::string_view id) {
  const auto it = nodes.find(id);
  return it == nodes.end() ? nullptr : it->second;
}

/// Walks from heads to what they read, and puts networks behind their inputs.
class Walker {
 public:
  explicit Walker(const config::PipelineSpec& spec)
      : spec_(spec),
        encoders_(by_id(spec.encoders)),
        networks_(by_id(spec.networks)),
        others_(by_id(spec.others)) {}

  void walk(const Node& head) {
    visit(head);
    path_.ends.push_back(heard_by(head));
  }

  Path finish() {
    const auto datasets = by_id(spec_.datasets);
    if (path_.encoder && !path_.encoder->inputs.empty()) {
      path_.dataset = find(datasets, path_.encoder->input().id);
    }
    return std::move(path_);
  }

 private:
  /// A stack of its own: a file may hold a chain of thousands of networks.
  void visit(const Node& head) {
    struct Step {
      const Node* node;
      std::size_t next = 0;  ///< of its inputs
    };
    std::vector<Step> stack{{&head}};
    while (!stack.empty()) {
      Step& at = stack.back();
      if (at.next == at.node->inputs.size()) {
        if (at.node != &head) add(*at.node);
        stack.pop_back();
        continue;
      }
      const auto& id = at.node->inputs[at.next++].id;
      if (rows_.contains(id)) continue;
      if (const auto* network = find(networks_, id)) {
        stack.push_back({network});
      } else if (const auto* encoder = find(encoders_, id)) {
        begin_at(*encoder, head);
      } else if (const auto* other = find(others_, id); other && other->kind->name == "task") {
        rows_[id] = 0;
      }
    }
  }

  void begin_at(const config::EncoderNode& encoder, const Node& head) {
    if (path_.encoder && path_.encoder != &encoder) {
      throw Error(ErrorCode::configuration,
                  fmt::format("the paths to head '{}' begin at two encoders, '{}' and '{}'",
                              head.id, path_.encoder->id, encoder.id),
                  "rows that are joined, and heads that are trained together, come from one "
                  "encoder");
    }
    path_.encoder = &encoder;
    rows_[encoder.id] = 0;
  }

  void add(const Node& network) {
    path_.heard.push_back(heard_by(network));
    path_.networks.push_back(static_cast<const config::NetworkNode*>(&network));
    rows_[network.id] = path_.networks.size();
  }

  Heard heard_by(const Node& node) const {
    Heard heard;
    for (const auto& input : node.inputs) {
      const auto it = rows_.find(input.id);
      if (it != rows_.end()) heard.rows.push_back(it->second);
    }
    if (heard.rows.size() > 1) heard.join = &Registry<Join>::all().at(node.join);
    return heard;
  }

  const config::PipelineSpec& spec_;
  std::map<std::string_view, const config::EncoderNode*> encoders_;
  std::map<std::string_view, const config::NetworkNode*> networks_;
  std::map<std::string_view, const config::TableNode*> others_;
  std::map<std::string_view, std::size_t> rows_;  // of nodes that are done
  Path path_;
};

}  // namespace

bool Path::is_chain() const {
  for (std::size_t i = 0; i < networks.size(); ++i) {
    if (heard[i].rows != std::vector<std::size_t>{i}) return false;
  }
  for (const Heard& end : ends) {
    if (end.rows != std::vector<std::size_t>{networks.size()}) return false;
  }
  return true;
}

Path path_of(const config::PipelineSpec& spec, const std::vector<const Node*>& heads) {
  Walker walker(spec);
  for (const Node* head : heads) walker.walk(*head);
  return walker.finish();
}

}  // namespace glia::graph
