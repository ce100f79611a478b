// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "graph/shapes.hpp"

#include <string>

namespace glia::graph {

/// The pipeline as a Graphviz digraph: a box per node, what travels on every edge.
GLIA_API std::string to_dot(const config::PipelineSpec& spec, const Shapes& shapes);

/// The same as a Mermaid flowchart.
GLIA_API std::string to_mermaid(const config::PipelineSpec& spec, const Shapes& shapes);

}  // namespace glia::graph
