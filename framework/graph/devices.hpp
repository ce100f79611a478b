// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "core/diagnostics.hpp"

namespace glia::graph {

/// What `device` and `backend` say that no machine can do, at its place in the file.
void check_devices(const config::PipelineSpec& spec, Diagnostics& problems);

/// Every device that this machine lacks, at its place in the file.
Diagnostics missing_devices(const config::PipelineSpec& spec);

/// Error (configuration) with the place of every device that this machine lacks.
void require_devices(const config::PipelineSpec& spec);

}  // namespace glia::graph
