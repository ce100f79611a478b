// SPDX-License-Identifier: MIT
#pragma once

#include "config/node_kind.hpp"
#include "config/pipeline.hpp"

#include <string_view>
#include <vector>

namespace glia::graph {

/// The table of a task.
inline const config::TableNode& task_of(const config::Node& node) {
  return static_cast<const config::TableNode&>(node);
}

/// The tasks among the nodes at which the paths to `node` begin, each once.
std::vector<const config::TableNode*> tasks_behind(const config::PipelineSpec& spec,
                                                   const config::Node& node);

}  // namespace glia::graph
