// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "cli/pipeline_arguments.hpp"
#include "cli/run_session.hpp"
#include "core/interrupt.hpp"
#include "core/output.hpp"
#include "graph/devices.hpp"
#include "results/run_origin.hpp"
#include "train/reported.hpp"
#include "train/start_weights.hpp"
#include "train/weights_origin.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace glia::cli {
namespace fs = std::filesystem;
namespace {

struct RunCommand {
  PipelineArguments pipeline;
  RunArguments run;
  std::string folder;
  bool dry_run = false, resume = false;
};

/// Seen from wherever the run is gone on with.
std::vector<std::string> absolute(const std::vector<std::string>& folders) {
  std::vector<std::string> all;
  for (const auto& folder : folders) all.push_back(fs::absolute(folder).string());
  return all;
}

void print_plan(const std::vector<graph::Stage>& stages) {
  for (const auto& stage : stages) {
    std::string inputs;
    for (const auto input : stage.inputs)
      inputs += (inputs.empty() ? "" : ", ") + stages[input].name;
    print("%-20s %s  %s\n", stage.name.c_str(), stage.key.substr(0, 12).c_str(),
          inputs.empty() ? "" : ("after " + inputs).c_str());
  }
}

int run(const RunCommand& arguments, const Session& session) {
  const auto pipeline = arguments.pipeline.load(session);
  const auto shapes = graph::check_shapes(pipeline.spec);
  train::check_metrics(pipeline.spec, shapes);
  const auto stages = graph::plan_stages(pipeline.spec, shapes);
  if (arguments.dry_run) {
    arguments.run.json ? put(graph::plan_json(stages)) : print_plan(stages);
    return ok;
  }
  graph::require_devices(pipeline.spec);
  train::check_starts(pipeline.spec, shapes);
  train::check_origins(pipeline.spec, stages);
  install_stop_signals();
  const results::RunOrigin origin{fs::absolute(pipeline.spec.file).string(),
                                  fs::current_path().string(), absolute(session.plugin_path),
                                  arguments.run.cache.given()};
  const auto folder = arguments.resume
                          ? report::RunFolder::reopen(arguments.folder, pipeline, stages)
                          : report::RunFolder::create(arguments.folder, pipeline, stages,
                                                      session.command_line, origin);
  return run_in(folder, pipeline, shapes, stages, arguments.run);
}

}  // namespace

void add_run(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("run", "Run a pipeline: train, test, leave results behind");
  auto arguments = std::make_shared<RunCommand>();
  arguments->pipeline.add_to(*command);
  command
      ->add_option("-o,--out", arguments->folder, "Folder for the results (default runs/NAME-001)")
      ->type_name("DIR");
  arguments->run.add_to(*command);
  command->add_flag("-n,--dry-run", arguments->dry_run, "Show the stages and run nothing");
  command->add_flag("--resume", arguments->resume, "Go on with the run in the folder");
  command->add_flag("--json", arguments->run.json, "Print the results as JSON");
  command->add_flag("-q,--quiet", arguments->run.quiet, "No progress");
  command->callback([arguments, &session] {
    session.action = [arguments, &session] { return run(*arguments, session); };
  });
}

}  // namespace glia::cli
