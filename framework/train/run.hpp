// SPDX-License-Identifier: MIT
#pragma once

#include "graph/flow_graph.hpp"
#include "graph/stages.hpp"
#include "results/results.hpp"
#include "train/environment.hpp"
#include "train/progress.hpp"
#include "train/stage_cache.hpp"

#include <glia/sdk/error.hpp>

#include <filesystem>
#include <optional>
#include <vector>

namespace glia::train {

struct RunOptions {
  std::filesystem::path checkpoints;  ///< folder. Stages found there are gone on with
  int threads = 1;                    ///< of the flow graphs; the numbers do not depend on it
  graph::StopRequest stop;            ///< asked between batches
  StageCache* cache = nullptr;        ///< where earlier runs left trained encoders and latents
  /// Encoders are only looked at as far as heads need it: with the latents in the cache, neither
  /// data nor encoder are touched, and the encoder's curve stays unknown.
  bool heads_only = false;
  CheckpointsAt checkpoints_at = CheckpointsAt::epochs;  ///< of heads
};

/// What was found up to the end, whatever it was; `failure` is empty when all went well.
struct RunOutcome {
  results::Results results;
  std::optional<Error> failure;
  bool busy = false;  ///< another process is computing what is needed (`WhenBusy::leave`)
};

/// Runs the stages as a flow graph, ready ones side by side. When one fails, those under way write
/// their checkpoints and stop. Does not throw for what happens inside a stage.
RunOutcome run_pipeline(const config::PipelineSpec& spec, const graph::Shapes& shapes,
                        const std::vector<graph::Stage>& stages, const RunOptions& options,
                        Progress& progress);

}  // namespace glia::train
