// SPDX-License-Identifier: MIT
#pragma once

#include "config/node_kind.hpp"
#include "graph/shapes.hpp"
#include "graph/size_limits.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace glia::graph {

/// What a kind of node checks its nodes with: the edges that lead to them, and what has been found
/// of the nodes before. Nodes are checked after those that they read. [one thread]
class Edges {
 public:
  /// The data sets in `known` are not even asked for their samples' form.
  Edges(const config::PipelineSpec& spec, const std::map<std::string, SampleSpec>& known)
      : spec_(spec), known_(known) {}

  const config::PipelineSpec& spec() const { return spec_; }
  /// What has been found so far, to be added to.
  Shapes& shapes() { return shapes_; }
  Diagnostics& problems() { return problems_; }
  CellBudget& cells() { return cells_; }

  /// The form of a data set's samples, where it is known without asking.
  const SampleSpec* known(const std::string& dataset) const {
    const auto it = known_.find(dataset);
    return it == known_.end() ? nullptr : &it->second;
  }

  /// Runs a check; an Error becomes a problem at `source`.
  void at(const Source& source, const std::function<void()>& check);

  /// The row that enters a node: that of its input, or of its inputs joined. Nothing if one of them
  /// has failed, or if they do not fit together, which is reported.
  std::optional<Shape> row_of(const config::Node& reader);

  /// "the edge from network 'a' to head 'b'".
  std::string name_of_edge(const config::Node& reader) const;

 private:
  const config::PipelineSpec& spec_;
  const std::map<std::string, SampleSpec>& known_;
  Shapes shapes_;
  Diagnostics problems_;
  CellBudget cells_;
};

}  // namespace glia::graph
