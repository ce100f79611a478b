// SPDX-License-Identifier: MIT
#pragma once

#include "graph/shapes.hpp"

#include <map>
#include <string>

namespace glia::graph {

/// As `check_shapes(spec)`, but the data sets in `known` are not even asked for their samples' form:
/// what was trained on them can be rebuilt without them.
GLIA_API Shapes check_shapes(const config::PipelineSpec& spec,
                             const std::map<std::string, SampleSpec>& known);

}  // namespace glia::graph
