// SPDX-License-Identifier: MIT
#include "sweep/best.hpp"

#include "cli/command.hpp"
#include "cli/format.hpp"
#include "config/item_text.hpp"
#include "config/template.hpp"
#include "core/json_text.hpp"
#include "core/log.hpp"
#include "core/output.hpp"
#include "core/own_output.hpp"
#include "core/shell_words.hpp"
#include "core/text_file.hpp"
#include "plugin/registry.hpp"
#include "results/run_origin.hpp"
#include "sweep/importances.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

namespace glia::cli {
namespace {

using nlohmann::ordered_json;

/// How a file begins that is written for -o.
constexpr const char* heading_start = "# The best of ";

struct BestCommand {
  std::string sweep, objective, out;
  std::size_t count = 3;
  bool json = false, importances = false;
};

/// Folders of the point's trials whose networks are kept, as runs.
std::vector<std::string> kept_of(const sweep::Look& look, const sweep::RankedPoint& point) {
  std::vector<std::string> all;
  for (const std::size_t trial : point.trials) {
    const auto folder = look.folder / "trials" / std::to_string(trial);
    std::error_code ignored;
    if (!std::filesystem::exists(folder / "resolved.toml", ignored)) continue;
    try {
      results::read_run_origin(folder);
      all.push_back(folder.string());
    } catch (const Error& e) {  // the sweep's numbers are right all the same
      log().warn("{}: it is not among those that are kept", e.message());
    }
  }
  return all;
}

ordered_json json_of(const sweep::Look& look, const sweep::RankedPoint& point) {
  ordered_json settings = ordered_json::object();
  for (const auto& [axis, value] : sweep::settings_of(look.plan, point.typical)) {
    settings[axis->path] = config::json_value(axis->values[value]);
  }
  return {{"objective", point.objective},
          {"low", point.low},
          {"high", point.high},
          {"n", point.trials.size()},
          {"settings", std::move(settings)},
          {"trials", point.trials},
          {"kept", kept_of(look, point)},
          {"command", sweep::command_of(look, point.typical)}};
}

/// Points that the objective does not tell apart stand in the order in which they were tried.
void tell_ties(const sweep::Ranking& ranking) {
  const auto& points = ranking.points;
  const auto ties = std::count_if(points.begin(), points.end(), [&](const auto& point) {
    return point.objective == points.front().objective;
  });
  if (ties < 2) return;
  const auto& [head, metric, minimize] = ranking.objective;
  const std::string loss = "validation_loss";
  print("%td points share the first place: %s does not tell them apart%s\n", ties, metric.c_str(),
        metric == loss ? "" : fmt::format("; try --objective {}.{}", head, loss).c_str());
}

void print_text(const sweep::Look& look, const sweep::Ranking& ranking, std::size_t count) {
  print("by the median of %s, over seeds\n", ranking.objective.text().c_str());
  for (std::size_t i = 0; i < count; ++i) {
    const auto& point = ranking.points[i];
    print("%zu. %.6g (n = %zu", i + 1, point.objective, point.trials.size());
    if (point.trials.size() > 1) print(", %.6g to %.6g", point.low, point.high);
    print(")");
    for (const auto& [axis, value] : sweep::settings_of(look.plan, point.typical)) {
      print(" %s=%s", axis->path.c_str(), axis->texts[value].c_str());
    }
    print("\n");
    for (const auto& folder : kept_of(look, point)) print("   kept: %s\n", folder.c_str());
  }
  if (count < ranking.points.size()) {
    print("%zu of %zu points; all of them: -n %zu\n", count, ranking.points.size(),
          ranking.points.size());
  }
  tell_ties(ranking);
  print("\ntrain the best, with all else as in the sweep:\n%s\n",
        sweep::command_of(look, ranking.points.front().typical).c_str());
}

/// The pipeline with the settings of a trial applied: what the sweep's file says and they, unless
/// from where it is written that would be another pipeline, as relative paths lead elsewhere. Then
/// it is every setting.
std::string pipeline_of(const sweep::Look& look, std::size_t trial, const std::string& out,
                        const Session& session) {
  auto path = look.origin.plugin_path;
  path.insert(path.end(), session.plugin_path.begin(), session.plugin_path.end());
  const auto& catalog = plugin::load_plugins(path);
  const config::PipelineTemplate source(read_text_file(look.folder / "pipeline.toml"),
                                        look.origin.file, look.origin.overrides, catalog);
  const auto settings = look.plan.overrides(look.plan.trials.at(trial));
  const auto made = source.make(settings);
  const std::string whole = made.resolved_toml();
  auto and_name = settings;  // which would follow from the name of the new file
  and_name.push_back("pipeline.name=" + to_text(Value{made.spec.name}));
  const std::string given = source.given_toml(and_name);
  try {
    const config::PipelineTemplate written(given, out, {}, catalog);
    const auto again = written.make(std::vector<config::Setting>{}).resolved_toml();
    if (again == whole) return given;
  } catch (const Error&) {  // a file that is not found from there
  }
  return whole;
}

/// What the axes have to do with the objective.
void tell_importances(const sweep::Look& look, const sweep::Ranking& ranking, bool json) {
  const auto found = sweep::importances(sweep::observations(look.plan, ranking));
  if (!found) {
    throw Error(ErrorCode::usage,
                format("importances need %zu points that went well, and there are %zu",
                       sweep::least_points, ranking.points.size()),
                "run more trials: glia resume SWEEP --extend ...");
  }
  auto axes = ordered_json::array();
  for (std::size_t a = 0; a < look.plan.axes.size(); ++a) {
    axes.push_back({{"path", look.plan.axes[a].path}, {"share", found->shares[a]}});
  }
  std::stable_sort(axes.begin(), axes.end(),
                   [](const auto& a, const auto& b) { return a.at("share") > b.at("share"); });
  if (json) {
    const ordered_json all{{"objective", ranking.objective.text()},
                           {"points", ranking.points.size()},
                           {"explained", found->explained},
                           {"axes", std::move(axes)}};
    return put(json_text(all, 2) + '\n');
  }
  print("of %s, over %zu points; the forest explains %.0f %% of the differences in rank\n",
        ranking.objective.text().c_str(), ranking.points.size(),
        100 * std::max(found->explained, 0.0));
  for (const auto& axis : axes) {
    print("%5.1f %%  %s\n", 100 * axis.at("share").get<double>(),
          axis.at("path").get<std::string>().c_str());
  }
}

int best(const BestCommand& arguments, const Session& session) {
  if (!arguments.out.empty()) require_suffix(arguments.out, ".toml");
  const auto look = sweep::look_at(sweep::find_sweep(arguments.sweep));
  if (!arguments.out.empty()) {
    require_no_input(arguments.out, {{look.origin.file, "the file that the sweep was made of"}});
    require_own(arguments.out, heading_start, arguments.out);  // a pipeline is somebody's work
  }
  const auto ranking = sweep::rank(look.plan, look.store, arguments.objective);
  if (arguments.importances) {
    tell_importances(look, ranking, arguments.json);
    return ok;
  }
  const std::size_t count = std::min(arguments.count, ranking.points.size());
  if (!arguments.out.empty()) {
    const auto& best = ranking.points.front();
    const std::string heading = fmt::format(
        "{}{} points of {}: {} {:.6g} ({}n = {}, glia best)\n", heading_start,
        ranking.points.size(), look.folder.filename().string(), ranking.objective.text(),
        best.objective, best.trials.size() > 1 ? "median, " : "", best.trials.size());
    write_output(arguments.out, heading + pipeline_of(look, best.typical, arguments.out, session));
  }
  if (!arguments.json) {
    print_text(look, ranking, count);
    if (!arguments.out.empty()) print("or: glia run %s\n", path_word(arguments.out).c_str());
    return ok;
  }
  auto all = ordered_json::array();
  for (std::size_t i = 0; i < count; ++i) all.push_back(json_of(look, ranking.points[i]));
  put(json_text(all, 2) + '\n');
  return ok;
}

}  // namespace

void add_best(CLI::App& app, Session& session) {
  auto* command =
      app.add_subcommand("best", "The best settings of a sweep, by what validation says");
  auto a = std::make_shared<BestCommand>();
  command->add_option("SWEEP", a->sweep, "Folder of the sweep, or its name under runs/")
      ->required();
  command->add_option("-n,--count", a->count, "How many (default 3)")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}));
  command
      ->add_option(
          "--objective", a->objective,
          "By what: HEAD (what it is for), HEAD.validation_accuracy, HEAD.validation_loss, "
          "HEAD.validation_recall_CLASS ... (default: as the "
          "sampler, or what the only head is for, on validation)")
      ->type_name("HEAD[.METRIC]");
  command->add_option("-o,--out", a->out, "Write the pipeline with the best settings applied")
      ->type_name("FILE.toml");
  command->add_flag("--importances", a->importances,
                    "What each axis has to do with the objective, instead of the best settings");
  command->add_flag("--json", a->json, "As JSON: a list, best first");
  command->callback(
      [a, &session] { session.action = [a, &session] { return best(*a, session); }; });
}

}  // namespace glia::cli
