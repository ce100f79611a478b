// SPDX-License-Identifier: MIT
#pragma once

#include "config/pipeline.hpp"
#include "graph/flow_graph.hpp"
#include "graph/shapes.hpp"
#include "train/progress.hpp"

#include <filesystem>

namespace glia::train {

/// When training writes its checkpoint. Whatever is chosen, one that is stopped writes it too.
enum class CheckpointsAt {
  epochs,    ///< after the first epoch, then every few seconds, and for good at the end
  intervals  ///< every few seconds; none is left at the end
};

/// What every stage of a run shares; read-only while stages run.
struct Environment {
  const config::PipelineSpec& spec;
  const graph::Shapes& shapes;
  int threads = 1;
  graph::StopRequest stop;  ///< asked between batches
  Progress& progress;
  std::filesystem::path checkpoints;  ///< folder; made when it is first written to
  CheckpointsAt checkpoints_at = CheckpointsAt::epochs;
};

}  // namespace glia::train
