// SPDX-License-Identifier: MIT
#pragma once

#include "core/diagnostics.hpp"

#include <string>

namespace glia::config {

/// The file that a pipeline file names by a relative path: the one seen from the pipeline file's
/// own folder where it exists, so that both can be moved together; else as seen from the folder in
/// which glia runs.
std::string seen_from(const Source& source, const std::string& path);

}  // namespace glia::config
