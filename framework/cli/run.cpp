// SPDX-License-Identifier: MIT
#include "train/run.hpp"

#include "cli/cache_arguments.hpp"
#include "cli/command.hpp"
#include "cli/pipeline_arguments.hpp"
#include "cli/progress.hpp"
#include "core/interrupt.hpp"
#include "core/log.hpp"
#include "core/output.hpp"
#include "graph/flow_graph.hpp"
#include "graph/shapes.hpp"
#include "graph/stages.hpp"
#include "report/figures.hpp"
#include "report/run_folder.hpp"
#include "report/summary.hpp"
#include "results/files.hpp"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace glia::cli {
namespace {

struct Arguments {
  PipelineArguments pipeline;
  CacheArguments cache;
  std::string folder;
  int threads = 0;
  bool dry_run = false, resume = false, json = false, quiet = false;
};

void print_plan(const std::vector<graph::Stage>& stages) {
  for (const auto& stage : stages) {
    std::string inputs;
    for (const auto input : stage.inputs)
      inputs += (inputs.empty() ? "" : ", ") + stages[input].name;
    print("%-20s %s  %s\n", stage.name.c_str(), stage.key.substr(0, 12).c_str(),
          inputs.empty() ? "" : ("after " + inputs).c_str());
  }
}

void log_into(const report::RunFolder& folder) {
  try {
    log_to_file(folder.path() / "log.txt");
  } catch (const spdlog::spdlog_ex& e) {
    throw Error(ErrorCode::io, e.what());
  }
}

/// What went wrong in the run matters more than that it cannot be written down.
void write_results(const report::RunFolder& folder, const train::RunOutcome& outcome) {
  if (!std::filesystem::exists(folder.path())) return;
  try {
    folder.write_results(outcome.results);
  } catch (const Error& e) {
    if (!outcome.failure) throw;
    log().warn("no results: {}", e.what());
  }
}

/// A figure is a convenience: without gnuplot the results stand all the same.
void draw(const report::RunFolder& folder, const results::Results& results) {
  try {
    report::draw_figures(results, folder.path(), results.pipeline);
  } catch (const Error& e) {
    log().warn("no figure: {}", e.what());
  }
}

int run(const Arguments& arguments, const Session& session) {
  const auto pipeline = arguments.pipeline.load(session);
  const auto shapes = graph::check_shapes(pipeline.spec);
  const auto stages = graph::plan_stages(pipeline.spec, shapes);
  if (arguments.dry_run) {
    arguments.json ? put(graph::plan_json(stages)) : print_plan(stages);
    return ok;
  }
  const graph::ThreadBudget budget(arguments.threads);
  install_stop_signals();
  const auto folder =
      arguments.resume
          ? report::RunFolder::reopen(arguments.folder, pipeline, stages)
          : report::RunFolder::create(arguments.folder, pipeline, stages, session.command_line);
  log_into(folder);

  const auto cache = arguments.cache.open();
  train::RunOutcome outcome;
  {
    TerminalProgress progress(::isatty(STDERR_FILENO) != 0, arguments.quiet);
    outcome = train::run_pipeline(
        pipeline.spec, shapes, stages,
        {folder.checkpoints(), budget.threads(), stop_requested, cache.get()}, progress);
  }
  if (outcome.failure && outcome.failure->code() == ErrorCode::data) folder.remove_if_unused();
  write_results(folder, outcome);
  if (outcome.failure && outcome.failure->code() == ErrorCode::interrupted) {
    throw Error(ErrorCode::interrupted, outcome.failure->message(),
                "go on with: the same command and -o " + folder.path().string() + " --resume");
  }
  if (outcome.failure) throw *outcome.failure;

  draw(folder, outcome.results);
  if (arguments.json) {
    put(results::to_json(outcome.results));
  } else {
    put(report::summary(outcome.results));
    print("\nresults: %s\n", folder.path().c_str());
    for (const auto& [label, name] : {std::pair("figure: ", "figure.png"),
                                      {"rows:   ", "rows.png"},
                                      {"damage: ", "damage.png"}}) {
      const auto figure = folder.path() / "figures" / name;
      if (std::filesystem::exists(figure)) print("%s %s\n", label, figure.c_str());
    }
  }
  return ok;
}

}  // namespace

void add_run(CLI::App& app, Session& session) {
  auto* command = app.add_subcommand("run", "Run a pipeline: train, test, leave results behind");
  auto arguments = std::make_shared<Arguments>();
  arguments->pipeline.add_to(*command);
  command
      ->add_option("-o,--out", arguments->folder, "Folder for the results (default runs/NAME-001)")
      ->type_name("DIR");
  command
      ->add_option("--threads", arguments->threads,
                   "Threads; the numbers do not depend on it (default: one per core)")
      ->check(CLI::Range(1, 1024));
  arguments->cache.add_to(*command);
  command->add_flag("-n,--dry-run", arguments->dry_run, "Show the stages and run nothing");
  command->add_flag("--resume", arguments->resume, "Go on with the run in the folder");
  command->add_flag("--json", arguments->json, "Print the results as JSON");
  command->add_flag("-q,--quiet", arguments->quiet, "No progress");
  command->callback([arguments, &session] {
    session.action = [arguments, &session] { return run(*arguments, session); };
  });
}

}  // namespace glia::cli
