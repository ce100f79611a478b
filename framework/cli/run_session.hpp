// SPDX-License-Identifier: MIT
#pragma once

#include "cli/cache_arguments.hpp"
#include "cli/command.hpp"
#include "config/pipeline.hpp"
#include "graph/shapes.hpp"
#include "graph/stages.hpp"
#include "report/run_folder.hpp"

#include <filesystem>
#include <vector>

namespace glia::cli {

/// How a run is done, of `glia run` and of `glia resume` alike.
struct RunArguments {
  CacheArguments cache;
  int threads = 0;
  bool json = false, quiet = false;

  void add_to(CLI::App& command);
};

/// Runs the stages in the folder, leaves results and figures there, and tells how it went. Returns
/// the exit code; Error (interrupted) says how to go on.
int run_in(const report::RunFolder& folder, const config::Pipeline& pipeline,
           const graph::Shapes& shapes, const std::vector<graph::Stage>& stages,
           const RunArguments& arguments);

/// Goes on with the run in a folder, from what it holds alone.
int resume_run(const std::filesystem::path& folder, const RunArguments& arguments,
               const Session& session);

}  // namespace glia::cli
