// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace glia::config {

/// Every key of a pipeline file that the host reads, as a page of Markdown written out of the
/// declarations: docs/reference/pipeline.md. Parameters of plugins have pages of their own
/// (`glia plugin docs`).
std::string reference_page();

}  // namespace glia::config
