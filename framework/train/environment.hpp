// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "graph/flow_graph.hpp"
#include "graph/shapes.hpp"
#include "train/progress.hpp"

#include <filesystem>

namespace glia::train {

/// What every stage of a run shares; read-only while stages run.
struct Environment {
  const config::PipelineSpec& spec;
  const graph::Shapes& shapes;
  int threads = 1;
  graph::StopRequest stop;  ///< asked between batches
  Progress& progress;
  std::filesystem::path checkpoints;  ///< folder; exists
};

}  // namespace glia::train
