// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"

#include <glia/sdk/dataset.hpp>

#include <string>
#include <vector>

namespace glia::graph {

/// What of a data set is allowed, but hardly meant, each a sentence: what its plugin says of its
/// files, where `opened`, if there is one, knows them already; and that it is tested on the files
/// that it is trained on. Errors as those of `Remarks`. [thread-safe]
std::vector<std::string> data_remarks(const config::DatasetNode& node,
                                      const Dataset* opened = nullptr);

}  // namespace glia::graph
