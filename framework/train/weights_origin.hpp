// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "graph/stages.hpp"

#include <vector>

namespace glia::train {

/// What weights that lie in a run's folder have been trained on, held against what they go on with.
/// Warns where the same data keep other samples for validation or test now, so that some of those
/// were trained on; Error (configuration), at its place, if an encoder's table had its columns in another
/// order, or others.
void check_origins(const config::PipelineSpec& spec, const std::vector<graph::Stage>& stages);

}  // namespace glia::train
