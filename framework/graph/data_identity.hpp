// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"

#include <string>

namespace glia::graph {

/// What the samples of a data set depend on besides its parameters: what its plugin says, and the
/// bytes of every file that a parameter names, which the host finds by itself. So a changed file is
/// a changed identity also where the plugin's author never thought of it. A folder's files count
/// where the plugin says nothing.
std::string data_identity(const config::PluginUse& use);

/// Whether the data set's files are as `identity` (of its load stage) says.
bool has_data(const std::string& identity, const config::DatasetNode& node);

/// Error (data) if the data set is no longer what `identity` (of its load stage) says: what was
/// computed from it meanwhile belongs to neither, and must not be kept.
void require_unchanged(const config::DatasetNode& node, const std::string& identity);

/// A digest of what the files of a data set hold, as `identity` (of its load stage) says: 16 digits, or
/// "" if it says nothing of files.
std::string digest_of_data(const std::string& identity);

}  // namespace glia::graph
