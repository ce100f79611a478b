// SPDX-License-Identifier: MIT
#include "sweep/best.hpp"

#include "core/diagnostics.hpp"
#include "core/files.hpp"
#include "core/median.hpp"
#include "core/nesting.hpp"
#include "core/text_file.hpp"
#include "sweep/objective.hpp"
#include "sweep/shell_words.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace glia::sweep {
namespace {

using nlohmann::json;

/// Why there is nothing to rank by.
[[noreturn]] void nothing_found(const Objective& objective, bool any_ok,
                                const std::set<std::string>& reported) {
  if (!any_ok) {
    throw Error(ErrorCode::usage, "no trial of the sweep has gone well yet",
                "go on with it: glia resume SWEEP");
  }
  std::vector<std::string> known;
  for (const auto& name : reported) {
    if (name.starts_with("validation_")) known.push_back(name);
  }
  const std::string what = fmt::format("no trial reports '{}'", objective.text());
  if (!known.empty()) {
    throw Error(ErrorCode::usage, what, "they report " + quoted_list(known));
  }
  throw Error(ErrorCode::usage, what + ": no samples were kept for validation",
              "give the dataset `validation = 0.1` and run the sweep again: nothing is chosen by "
              "the test split");
}

RankedPoint judged(const std::vector<std::pair<std::size_t, double>>& trials) {
  RankedPoint point;
  std::vector<double> values;
  for (const auto& [trial, value] : trials) {
    point.trials.push_back(trial);
    values.push_back(value);
  }
  point.objective = median_of(values);
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  point.low = *low;
  point.high = *high;
  const auto distance = [&](const auto& trial) { return std::abs(trial.second - point.objective); };
  point.typical = std::min_element(trials.begin(), trials.end(), [&](const auto& a, const auto& b) {
                    return distance(a) < distance(b);
                  })->first;
  return point;
}

}  // namespace

Look look_at(const std::filesystem::path& folder) {
  const auto file = folder / "plan.json";
  Plan plan;
  try {
    plan = parse_plan(read_text_file(file, most_results));
  } catch (const Error& e) {
    throw Error(e.code(), fmt::format("{}: {}", file.string(), e.message()), e.hint());
  }
  Store store(folder / "sweep.sqlite", Store::Mode::read);
  store.complete(plan);
  return {folder, std::move(plan), std::move(store), read_origin(folder)};
}

Ranking rank(const Plan& plan, const Store& store, const std::string& wanted) {
  Ranking ranking{objective_for(plan, wanted), {}};
  const auto& [head, metric, minimize] = ranking.objective;
  bool own = wanted.empty() && !plan.objective;  // what the head itself is for, which a trial says
  std::map<std::vector<int>, std::vector<std::pair<std::size_t, double>>> points;
  std::set<std::string> reported;
  bool any_ok = false;
  store.each([&, &of = head, &name = metric](const Row& row) {
    if (row.status != Status::ok || row.trial >= plan.trials.size()) return;
    any_ok = true;
    const auto outcome = row.heads.find(of);
    if (outcome == row.heads.end()) return;
    if (std::exchange(own, false)) {
      ranking.objective = own_objective(of, outcome->second.json);
    }
    const json all = json::parse(shallow_json(outcome->second.json), nullptr, false);
    if (!all.is_object()) return;
    for (const auto& [key, value] : all.items()) {
      if (value.is_number()) reported.insert(key);
    }
    const auto value = all.find(name);
    if (value == all.end() || !value->is_number()) return;
    points[plan.trials[row.trial].values].emplace_back(row.trial, value->get<double>());
  });
  if (points.empty()) nothing_found(ranking.objective, any_ok, reported);
  for (const auto& [values, trials] : points) ranking.points.push_back(judged(trials));
  std::sort(ranking.points.begin(), ranking.points.end(),
            [down = minimize](const RankedPoint& a, const RankedPoint& b) {
              if (a.objective == b.objective) return a.trials.front() < b.trials.front();
              return down ? a.objective < b.objective : a.objective > b.objective;
            });
  return ranking;
}

/// The file that the sweep was made of, from which relative paths are seen, as long as it is what it
/// was then; else the sweep's copy.
std::string pipeline_of(const Look& look) {
  const std::string copy = (std::filesystem::absolute(look.folder) / "pipeline.toml").string();
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(look.origin.file, ignored)) return copy;
  try {
    return read_text_file(look.origin.file) == read_text_file(copy) ? look.origin.file : copy;
  } catch (const Error&) {  // it cannot be read
    return copy;
  }
}

std::string command_of(const Look& look, std::size_t trial) {
  std::vector<std::string> words{(program_folder() / "glia").string()};
  for (const auto& path : look.origin.plugin_path) {
    words.insert(words.end(), {"--plugin-path", path});
  }
  words.insert(words.end(), {"run", pipeline_of(look)});
  for (const auto& argument : look.origin.overrides) {
    if (!config::only_for_sweeps(argument)) words.push_back(argument);
  }
  for (auto& word : look.plan.overrides(look.plan.trials.at(trial))) {
    words.push_back(std::move(word));
  }
  return fmt::format("cd {} && {}", shell_words({look.origin.cwd}), shell_words(words));
}

std::vector<std::pair<const PlanAxis*, std::size_t>> settings_of(const Plan& plan,
                                                                 std::size_t trial) {
  std::vector<std::pair<const PlanAxis*, std::size_t>> all;
  const Trial& one = plan.trials.at(trial);
  for (std::size_t a = 0; a < plan.axes.size(); ++a) {
    if (one.values[a] == Trial::unset) continue;
    all.emplace_back(&plan.axes[a], static_cast<std::size_t>(one.values[a]));
  }
  return all;
}

}  // namespace glia::sweep
