// SPDX-License-Identifier: MIT
#pragma once

#include "graph/stages.hpp"
#include "results/results.hpp"
#include "train/environment.hpp"

namespace glia::train {

/// A stage of a kind of node that brings its own (`config::NodeKind::work`). Stages run side by
/// side: of the results, those of its inputs are complete, and it writes to entries of its own.
struct StageWork {
  const Environment& environment;
  const graph::Stage& stage;
  const config::Node& node;
  results::Results& results;
};

}  // namespace glia::train
