// SPDX-License-Identifier: MIT
#include "train/run.hpp"

#include "core/log.hpp"
#include "core/open_files.hpp"
#include "graph/flow_graph.hpp"
#include "train/stage_runner.hpp"

#include <glia/sdk/error.hpp>

#include <atomic>

namespace glia::train {

RunOutcome run_pipeline(const config::PipelineSpec& spec, const graph::Shapes& shapes,
                        const std::vector<graph::Stage>& stages, const RunOptions& options,
                        Progress& progress) {
  RunOutcome outcome;
  results::Results& results = outcome.results;
  results.pipeline = spec.name;
  results.seed = spec.seed;
  std::atomic<bool> busy{false}, failed{false};
  const auto stop = [&] { return failed || (options.stop && options.stop()); };
  const Environment environment{spec, shapes, options.threads, stop, progress, options.checkpoints};
  StageRunner runner(environment, stages, options, results);
  const OpenFiles files;
  graph::GraphPlan plan;
  plan.noun = "stage";
  for (const graph::Stage& stage : stages) {
    plan.nodes.push_back({stage.name, "", stage.inputs, 0, false, [&](const graph::Message&) {
                            if (failed) {
                              throw Error(ErrorCode::interrupted, "another stage has failed");
                            }
                            try {
                              runner.run(stage);
                              files.require_open();
                            } catch (const Busy&) {
                              busy = true;
                              throw Error(ErrorCode::interrupted,
                                          "another process is computing this stage");
                            } catch (const Error& e) {
                              if (e.code() != ErrorCode::interrupted) failed = true;
                              throw;
                            } catch (...) {
                              failed = true;
                              throw;
                            }
                            return graph::Tensors{};
                          }});
  }
  try {
    graph::run_flow_graph(plan, {0, 1}, {options.threads, 1});
    runner.tidy_up();
  } catch (const Error& e) {
    results.status = e.code() == ErrorCode::interrupted ? "interrupted" : "failed";
    results.error = e.what();
    outcome.failure = e;
    outcome.busy = busy;
    log().info("{}: {}", results.status, e.what());
  }
  return outcome;
}

}  // namespace glia::train
