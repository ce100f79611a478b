// SPDX-License-Identifier: MIT
#pragma once

#include "graph/graph_plan.hpp"

namespace glia::graph {

/// The plan as a plain loop: same guards, same numbers as the flow graph, nothing to debug but the
/// bodies.
RunReport run_serial(const GraphPlan& plan, Range range, const StopRequest& stop = {});

}  // namespace glia::graph
