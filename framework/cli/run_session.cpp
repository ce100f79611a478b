// SPDX-License-Identifier: MIT
#include "cli/run_session.hpp"

#include "cli/next_steps.hpp"
#include "cli/progress.hpp"
#include "config/template.hpp"
#include "core/files.hpp"
#include "core/interrupt.hpp"
#include "core/log.hpp"
#include "core/output.hpp"
#include "core/process.hpp"
#include "core/shell_words.hpp"
#include "core/text_file.hpp"
#include "graph/devices.hpp"
#include "graph/flow_graph.hpp"
#include "plugin/registry.hpp"
#include "report/figures.hpp"
#include "report/summary.hpp"
#include "report/tolerance.hpp"
#include "results/epochs_seal.hpp"
#include "results/files.hpp"
#include "results/own_results.hpp"
#include "results/run_origin.hpp"
#include "train/epoch_file.hpp"
#include "train/run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <set>
#include <string>
#include <system_error>
#include <utility>

namespace glia::cli {
namespace fs = std::filesystem;
namespace {

void log_into(const report::RunFolder& folder) { log_to_file(folder.path() / "log.txt"); }

/// Whether the folder holds what a run that ended well has measured.
bool is_finished(const report::RunFolder& folder) {
  const fs::path file = folder.path() / "results.json";
  try {
    if (!fs::exists(file)) return false;
    const std::string text = read_text_file(file);
    results::require_own(folder.path(), text);
    return results::from_json(text).status == "ok";
  } catch (const Error&) {
    return false;
  }
}

/// What went wrong in the run matters more than that it cannot be written down. A finished run that
/// could not be gone on with has measured what it has measured.
void write_results(const report::RunFolder& folder, const train::RunOutcome& outcome) {
  if (!fs::exists(folder.path()) || (outcome.failure && is_finished(folder))) return;
  try {
    folder.write_results(outcome.results);
  } catch (const Error& e) {
    if (!outcome.failure) throw;
    log().warn("no results: {}", e.what());
  }
}

/// Of a run that is gone on with: the curves that checkpoints hold are what was measured.
void put_epochs_right(const report::RunFolder& folder) {
  std::string problem;
  try {
    problem = results::epochs_problem(folder.path());
  } catch (const Error& e) {  // they are written anew
    log().warn("{}", e.message());
  }
  if (problem.empty()) return;
  log().warn("{}: it is written anew", problem);
  std::error_code ignored;
  fs::remove(folder.path() / "epochs.csv", ignored);
}

/// A figure is a convenience: without rsvg-convert the results stand all the same.
void draw(const report::RunFolder& folder, const results::Results& results) {
  try {
    report::draw_figures(results, folder.path(), results.pipeline);
  } catch (const Error& e) {
    log().warn("no figure: {}", e.what());
  }
}

/// Stages whose results are looked for in the cache; an encoder of which the run has a checkpoint of
/// its own goes on from there.
std::set<std::string> cached_stages(const std::vector<graph::Stage>& stages,
                                    const report::RunFolder& folder) {
  using Kind = graph::Stage::Kind;
  std::set<std::string> names;
  for (const auto& stage : stages) {
    const bool own = fs::exists(folder.checkpoints() / (stage.node + ".safetensors"));
    if (stage.kind == Kind::encode || stage.kind == Kind::train_jointly ||
        (stage.kind == Kind::train_encoder && !own)) {
      names.insert(stage.name);
    }
  }
  return names;
}

void tell(const report::RunFolder& folder, const results::Results& results) {
  put(report::summary(report::with_tolerances(results, folder.path())));
  print("\nresults: %s\n", folder.path().c_str());
  for (const auto& [label, name] : {std::pair("figure: ", "figure.png"),
                                    {"rows:   ", "rows.png"},
                                    {"damage: ", "damage.png"}}) {
    const auto figure = folder.path() / "figures" / name;
    if (fs::exists(figure)) print("%s %s\n", label, figure.c_str());
  }
  put(next_steps(folder.path(), std::nullopt));
}

/// The folder that relative paths of the pipeline are seen from.
void enter(const std::string& folder) {
  std::error_code error;
  if (!folder.empty()) fs::current_path(folder, error);
  if (!error) return;
  throw Error(
      ErrorCode::resume,
      fmt::format("the folder that the run was started in cannot be entered: {}: {}", folder,
                  error.message()),
      "restore it; or run anew, from where its paths are right: glia run RUN/resolved.toml");
}

}  // namespace

void RunArguments::add_to(CLI::App& command) {
  command
      .add_option("--threads", threads,
                  "Threads; the numbers do not depend on it (default: one per core)")
      ->check(CLI::Range(1, 1024));
  cache.add_to(command);
}

int run_in(const report::RunFolder& folder, const config::Pipeline& pipeline,
           const graph::Shapes& shapes, const std::vector<graph::Stage>& stages,
           const RunArguments& arguments) {
  const graph::ThreadBudget budget(arguments.threads);
  log_into(folder);
  const auto cache = arguments.cache.open();
  adopt_orphans();
  train::RunOutcome outcome;
  {
    TerminalProgress terminal(::isatty(STDERR_FILENO) != 0, arguments.quiet,
                              cache ? cached_stages(stages, folder) : std::set<std::string>{});
    put_epochs_right(folder);
    train::EpochFile progress(folder.path(), terminal);
    outcome = train::run_pipeline(
        pipeline.spec, shapes, stages,
        {folder.checkpoints(), budget.threads(), stop_requested, cache.get()}, progress);
  }
  for (const auto& process : end_strangers({})) {
    log().warn("a plugin left {} behind; it is ended", process);
  }
  const auto failed_by = [&](ErrorCode code) {
    return outcome.failure && outcome.failure->code() == code;
  };
  // Nothing was learnt, and the same command is to work once the cause is gone.
  if (failed_by(ErrorCode::data) || failed_by(ErrorCode::io)) folder.remove_if_unused();
  write_results(folder, outcome);
  if (failed_by(ErrorCode::interrupted)) {
    throw Error(ErrorCode::interrupted, outcome.failure->message() + stop_reason(),
                "go on with: glia resume " + path_word(folder.path()));
  }
  if (outcome.failure) throw *outcome.failure;
  draw(folder, outcome.results);
  arguments.json ? put(folder.results_text(outcome.results)) : tell(folder, outcome.results);
  return ok;
}

int resume_run(const fs::path& folder, const RunArguments& arguments, const Session& session) {
  install_stop_signals();
  const fs::path path = fs::absolute(folder), file = path / "resolved.toml";
  const auto origin = results::read_run_origin(path);
  RunArguments as_begun = arguments;
  as_begun.cache.fall_back_to(origin.cache);
  enter(origin.cwd);
  auto plugins = origin.plugin_path;
  plugins.insert(plugins.end(), session.plugin_path.begin(), session.plugin_path.end());
  const auto& catalog = plugin::load_plugins(plugins);
  const auto pipeline = config::PipelineTemplate(read_text_file(file), file.string(), {}, catalog,
                                                 config::PipelineTemplate::Lists::are_text)
                            .make(std::vector<config::Setting>{});
  const auto shapes = graph::check_shapes(pipeline.spec);
  const auto stages = graph::plan_stages(pipeline.spec, shapes);
  graph::require_devices(pipeline.spec);
  const auto reopened = report::RunFolder::reopen(path, pipeline, stages);
  results::read_resolved(path);  // or it says that run.json is of another run
  return run_in(reopened, pipeline, shapes, stages, as_begun);
}

}  // namespace glia::cli
