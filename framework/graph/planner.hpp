// SPDX-License-Identifier: MIT
#pragma once

#include "config/node_kind.hpp"
#include "graph/stages.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace glia::graph {

/// What a kind of node plans its nodes with: adds each stage once, whatever number of nodes needs
/// it. [one thread]
class Planner {
 public:
  Planner(const config::PipelineSpec& spec, const Shapes& shapes) : spec_(spec), shapes_(shapes) {}

  const config::PipelineSpec& spec() const { return spec_; }
  const Shapes& shapes() const { return shapes_; }

  /// Adds the stage "NODE/VERB"; what `identity` says, the verb and the keys of the inputs are all
  /// that its result depends on.
  std::size_t add(Stage::Kind kind, const std::string& node, const std::string& verb,
                  std::vector<std::size_t> inputs, const std::string& identity);

  /// The stage that readers of this node build on, planned when it is first asked for.
  std::size_t stage_of(const config::Node& node);

  /// The pipeline's seed, as a line of an identity.
  std::string seed() const;

  /// All stages for what is wanted.
  std::vector<Stage> plan();

 private:
  const config::PipelineSpec& spec_;
  const Shapes& shapes_;
  std::vector<Stage> stages_;
  std::map<std::string, std::size_t> known_;  // by name
  std::map<const config::Node*, std::size_t> of_nodes_;
};

}  // namespace glia::graph
