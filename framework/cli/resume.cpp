// SPDX-License-Identifier: MIT
#include "cli/command.hpp"
#include "cli/run_session.hpp"
#include "cli/sweep_session.hpp"
#include "config/extends.hpp"
#include "core/files.hpp"
#include "core/interrupt.hpp"
#include "core/results_folder.hpp"
#include "core/shell_words.hpp"
#include "plugin/registry.hpp"
#include "sweep/changes.hpp"
#include "sweep/extension.hpp"
#include "sweep/launcher.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace glia::cli {
namespace fs = std::filesystem;
namespace {

struct ResumeCommand {
  std::string folder;
  std::vector<std::string> extend, settings;
  LimitArguments limits;
  SweepRunArguments run;
  RunArguments of_run;
  bool allow_changes = false, retry = false;
};

/// What differs from when the plan was frozen; empty if nothing does.
std::string changes(const sweep::Folder& folder, const sweep::Plan& now) {
  std::string text;
  std::error_code ignored;
  const std::string& file = folder.origin().file;
  if (fs::exists(file, ignored)) {
    const auto lines = sweep::line_difference(folder.pipeline_text(), config::whole_text(file));
    if (!lines.empty()) text += fmt::format("{}:\n{}", file, lines);
  }
  const auto parts = sweep::part_difference(folder.plan(), now);
  return parts.empty() ? text : fmt::format("{}plugins and data:\n{}", text, parts);
}

/// The folder that relative paths of the pipeline are seen from.
void enter(const std::string& folder, bool allow_changes) {
  std::error_code error;
  fs::current_path(folder, error);
  if (!error || allow_changes) return;
  throw Error(ErrorCode::resume,
              fmt::format("the folder that the sweep was started in cannot be entered: {}: {}",
                          folder, error.message()),
              "restore it, or go on with --allow-changes: relative paths are then seen from here");
}

void require_plugins(const sweep::Plan& plan, const Catalog& catalog) {
  const auto missing = sweep::missing_plugins(plan, catalog);
  if (missing.empty()) return;
  throw Error(ErrorCode::resume,
              "plugins that the sweep stands on are gone: " + quoted_list(missing),
              "name the folder that they are in now with --plugin-path DIR");
}

/// What is gone on with is as it was started: settings are of another run, or of more trials.
void require_no_settings(const ResumeCommand& arguments, ResultsFolder::Kind kind) {
  if (arguments.settings.empty()) return;
  const std::string& first = arguments.settings.front();
  const std::string folder = path_word(arguments.folder);
  throw Error(
      ErrorCode::usage,
      fmt::format("'{}' would make another {} of it", first,
                  kind == ResultsFolder::Kind::run ? "run" : "sweep"),
      kind == ResultsFolder::Kind::run
          ? fmt::format("train it on in a run of its own: glia run {0}/resolved.toml {1} "
                        "network.ID.weights={0}/checkpoints/HEAD.safetensors",
                        folder, shell_words({first}))
          : fmt::format("add trials: glia resume {} --extend {}", folder, shell_words({first})));
}

int go_on_with_run(const fs::path& folder, const ResumeCommand& arguments, const Session& session) {
  if (!arguments.extend.empty() || !arguments.limits.overrides().empty()) {
    throw Error(ErrorCode::usage, folder.string() + " holds a run, and these options are of sweeps",
                "a run is gone on with as it was started: glia resume " + path_word(folder));
  }
  require_no_settings(arguments, ResultsFolder::Kind::run);
  RunArguments run = arguments.of_run;
  run.json = arguments.run.json;
  run.quiet = arguments.run.quiet;
  return resume_run(folder, run, session);
}

/// Of a run or a sweep.
ResultsFolder find_folder(const std::string& name) {
  if (const auto found = find_results_folder(name)) return *found;
  require_no_remains(name);
  throw Error(ErrorCode::usage,
              fmt::format("there is no run or sweep in {} or runs/{}", name, name),
              "name the folder that glia run or glia sweep made; glia ls lists them");
}

/// Trials that failed are run once more.
void forget_failures(sweep::Store& store) {
  if (store.trials(sweep::Status::failed).empty()) std::fprintf(stderr, "no trial has failed\n");
  store.reset({sweep::Status::failed});
  store.forgive();
  store.commit();
}

/// Those of the plan as it is now that the folder's plan lacks.
void add_trials(sweep::Folder& folder, const sweep::Plan& now,
                const std::vector<std::string>& overrides) {
  const std::size_t before = folder.plan().trials.size();
  folder.extend(sweep::join(folder.plan(), now), overrides);
  const std::size_t added = folder.plan().trials.size() - before;
  std::fprintf(stderr, "%zu new %s\n", added, added == 1 ? "trial" : "trials");
}

/// Goes on with plugins and data as they are now, if that was asked for.
void accept_changes(sweep::Folder& folder, const sweep::Plan& now, const std::string& text,
                    bool allowed) {
  if (!allowed) {
    throw Error(
        ErrorCode::resume,
        fmt::format("what {} was started with has changed\n{}", folder.path().string(), text),
        "undo the changes, or go on all the same with --allow-changes: the pipeline as it "
        "was is run with the plugins and data as they are");
  }
  std::fprintf(stderr, "glia: warning: going on in spite of changes\n%s", text.c_str());
  auto plan = folder.plan();
  plan.parts = now.parts;  // what its workers are held to from now on
  folder.extend(std::move(plan), std::vector(folder.origin().overrides));
}

int go_on(const ResumeCommand& arguments, const Session& session) {
  if (!arguments.retry) {
    const auto found = find_folder(arguments.folder);
    if (found.kind == ResultsFolder::Kind::run) {
      return go_on_with_run(found.path, arguments, session);
    }
  }
  require_no_settings(arguments, ResultsFolder::Kind::sweep);
  install_stop_signals();
  auto folder = sweep::Folder::open(fs::absolute(sweep::find_sweep(arguments.folder)));
  const auto& origin = folder.origin();
  const auto launcher = sweep::make_launcher(origin.launcher);
  const auto watched = launcher->watch(folder.path());
  const bool waits = folder.plan().objective.has_value();  // for tasks that are under way
  if (watched.trouble && !waits) throw Error(*watched.trouble);
  if (!watched.tasks.empty() && !waits) {
    throw Error(ErrorCode::usage,
                fmt::format("tasks of {} are still in the queue", folder.path().string()),
                "wait for them, or cancel them with: glia stop " + folder.path().string());
  }
  enter(origin.cwd, arguments.allow_changes);
  auto path = origin.plugin_path;
  path.insert(path.end(), session.plugin_path.begin(), session.plugin_path.end());
  const auto& catalog = plugin::load_plugins(path);
  require_plugins(folder.plan(), catalog);
  auto overrides = origin.overrides;
  if (!arguments.extend.empty())
    overrides = sweep::extended(folder.plan(), overrides, arguments.extend);
  for (auto& limit : arguments.limits.overrides()) overrides.push_back(std::move(limit));
  const config::PipelineTemplate source(folder.pipeline_text(), origin.file, overrides, catalog);
  const auto now = sweep::make_plan(source);
  const auto text = changes(folder, now);
  if (!text.empty()) accept_changes(folder, now, text, arguments.allow_changes);
  folder.note_resumed(session.command_line, text);
  if (!arguments.extend.empty()) {
    add_trials(folder, now, overrides);
  } else if (overrides != origin.overrides) {
    folder.extend(folder.plan(), overrides);
  }
  if (arguments.retry) forget_failures(folder.store());
  if (!folder.origin().cache.empty() && !folder.store().trials(sweep::Status::pending).empty()) {
    require_cache(folder.cache(), folder.plan());
  }
  HeldFolder held(folder, source, arguments.run);
  if (launcher->is_detached()) {
    launcher->collect(held);
    folder.write_results(false);
  }
  return submit_sweep(*launcher, held);
}

void add(CLI::App& app, Session& session, const char* name, const char* doc, bool retry) {
  auto* command = app.add_subcommand(name, doc);
  auto a = std::make_shared<ResumeCommand>();
  a->retry = retry;
  command
      ->add_option(retry ? "SWEEP" : "STUDY", a->folder,
                   retry ? "Folder of the sweep, or its name under runs/"
                         : "Folder of a run or sweep, or its name under runs/")
      ->required();
  command->add_option("SETTINGS", a->settings)->group("");  // to be told what they would need
  command->add_flag("--allow-changes", a->allow_changes,
                    "Go on although the file, a plugin or the data have changed");
  if (!retry) {
    command
        ->add_option("--extend", a->extend,
                     "More seeds (seeds=30: 30 in all) or more values (KEY=0.7,0.8); numbers go on")
        ->type_name("KEY=VALUE");
  }
  if (!retry) a->of_run.add_to(*command);
  a->limits.add_to(*command);
  a->run.add_to(*command);
  command->callback(
      [a, &session] { session.action = [a, &session] { return go_on(*a, session); }; });
}

}  // namespace

void add_resume(CLI::App& app, Session& session) {
  add(app, session, "resume", "Go on with a run, or with a sweep's pending and interrupted trials",
      false);
  add(app, session, "retry", "Run the failed trials of a sweep again", true);
}

}  // namespace glia::cli
