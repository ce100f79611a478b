// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "graph/shapes.hpp"

#include <string>
#include <vector>

namespace glia::graph {

/// A node before it is drawn in any language.
struct Box {
  std::string id;                    ///< of the box: a network that is trained twice has two
  std::vector<std::string> lines{};  ///< kind and name first
  std::string gives{};               ///< what leaves it, as text
  std::string fill{};
  std::string frame{};  ///< id of the training that it is drawn within
};

/// "gather 1.0.0".
std::string plugin_text(const config::PluginUse& use);

/// The pipeline as a Graphviz digraph, as it is trained: a box per node, what travels on every
/// edge; a network has a box for each head or training that trains a copy of it, and what is
/// trained together stands in a frame.
std::string to_dot(const config::PipelineSpec& spec, const Shapes& shapes);

/// The same as a Mermaid flowchart.
std::string to_mermaid(const config::PipelineSpec& spec, const Shapes& shapes);

}  // namespace glia::graph
