// SPDX-License-Identifier: MIT
// What stands in a pipeline and does nothing, or nothing on this machine.
#pragma once

#include "config/pipeline.hpp"
#include "core/diagnostics.hpp"
#include "graph/shapes.hpp"

#include <vector>

namespace glia::graph {

/// What is allowed, but hardly meant: an activation that is left out because it stands behind the
/// last wave of its network, 'train' of an encoder that is not trained, a device that this machine
/// lacks, what `data_remarks` says. In order of position; errors as those of `data_remarks`.
std::vector<Diagnostic> warnings_of(const config::PipelineSpec& spec, const Shapes& shapes);

}  // namespace glia::graph
