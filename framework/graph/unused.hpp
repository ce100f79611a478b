// SPDX-License-Identifier: MIT
// What stands in a pipeline and does nothing, or nothing on this machine.
#pragma once

#include "config/pipeline.hpp"
#include "core/diagnostics.hpp"
#include "graph/shapes.hpp"

#include <functional>
#include <string>
#include <vector>

namespace glia::graph {

/// Error (configuration) with the place of every setting that would do nothing: 'train' of an encoder
/// that is not trained. Not where one of `varied()`, paths of settings that arguments and axes set, is
/// another setting of this encoder: with other values it may be trained, and 'train' is for those.
/// Runs of earlier versions, which took all of it, are opened without asking.
void require_used(const config::PipelineSpec& spec,
                  const std::function<std::vector<std::string>()>& varied);

/// What is allowed, but hardly meant: an activation that is left out because it stands behind the
/// last wave of its network, a device that this machine lacks. In order of position.
std::vector<Diagnostic> warnings_of(const config::PipelineSpec& spec, const Shapes& shapes);

}  // namespace glia::graph
