// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"

namespace glia::config {

/// Reports ids that are used twice, inputs that name nothing or a node of the wrong kind, cycles,
/// and a pipeline without a head.
void check_references(const PipelineSpec& spec, Diagnostics& problems);

}  // namespace glia::config
