// SPDX-License-Identifier: MIT
#pragma once

#include "config/fields.hpp"

namespace glia::config {

/// Reads the whole document into `spec`; whether inputs fit is left to `check_references`. Nodes
/// that have problems are in the spec too, as far as they could be read.
void read_pipeline(const Item& root, PipelineSpec& spec, Reading& reading);

/// Reads [pipeline] only.
void read_header(const Item& root, PipelineSpec& spec, Reading& reading);

}  // namespace glia::config
