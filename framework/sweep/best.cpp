// SPDX-License-Identifier: MIT
#include "sweep/best.hpp"

#include "config/extends.hpp"
#include "core/files.hpp"
#include "core/json_text.hpp"
#include "core/median.hpp"
#include "core/shell_words.hpp"
#include "core/text_file.hpp"
#include "results/class_metric.hpp"
#include "sweep/objective.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace glia::sweep {
namespace {

using nlohmann::json;

/// Why there is nothing to rank by.
[[noreturn]] void nothing_found(const Objective& objective, bool any_ok,
                                const std::set<std::string>& reported,
                                const std::vector<std::string>& of_class) {
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
    throw Error(ErrorCode::usage, what,
                instead_of(objective.metric, "they report", known, of_class));
  }
  throw Error(ErrorCode::usage, what + ": no samples were kept for validation",
              "give the dataset `validation = 0.1` and run the sweep again: nothing is chosen by "
              "the test split");
}

/// The metrics of single classes of a head whose results these are.
std::vector<std::string> classes_in(const json& head) {
  const auto shares = head.find("recall")->find("validation");
  if (shares == head.find("recall")->end()) return {};
  return results::class_metric_names("validation_", static_cast<std::int64_t>(shares->size()),
                                     head.value("class_names", std::vector<std::string>{}));
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
  store.require_place();
  store.complete(plan);
  return {folder, std::move(plan), std::move(store), read_origin(folder)};
}

Ranking rank(const Plan& plan, const Store& store, const std::string& wanted) {
  Ranking ranking{objective_for(plan, wanted), {}};
  const auto& [head, metric, minimize] = ranking.objective;
  // What the head itself is for, which a trial says.
  bool own = wanted.empty() ? !plan.judge() : wanted.find('.') == std::string::npos;
  std::map<std::vector<int>, std::vector<std::pair<std::size_t, double>>> points;
  std::set<std::string> reported;
  std::vector<std::string> of_class;
  bool any_ok = false;
  store.each([&, &of = head, &name = metric](const Row& row) {
    if (row.status != Status::ok || row.trial >= plan.trials.size()) return;
    any_ok = true;
    const auto outcome = row.heads.find(of);
    if (outcome == row.heads.end()) return;
    if (std::exchange(own, false)) {
      ranking.objective = own_objective(of, outcome->second.json);
    }
    const json all = perhaps_json(outcome->second.json);
    if (!all.is_object()) return;
    for (const auto& [key, value] : all.items()) {
      if (value.is_number()) reported.insert(key);
    }
    if (of_class.empty() && all.contains("recall")) of_class = classes_in(all);
    const auto value = all.contains(name) && all.at(name).is_number()
                           ? std::optional(all.at(name).get<double>())
                           : results::class_value(outcome->second.json, name);
    if (!value || !std::isfinite(*value)) return;
    points[plan.trials[row.trial].values].emplace_back(row.trial, *value);
  });
  if (points.empty()) nothing_found(ranking.objective, any_ok, reported, of_class);
  for (const auto& [values, trials] : points) ranking.points.push_back(judged(trials));
  std::sort(ranking.points.begin(), ranking.points.end(),
            [down = minimize](const RankedPoint& a, const RankedPoint& b) {
              if (a.objective == b.objective) return a.trials.front() < b.trials.front();
              return down ? a.objective < b.objective : a.objective > b.objective;
            });
  return ranking;
}

std::string named_pipeline(const std::filesystem::path& sweep, const Origin& origin) {
  const std::string copy = (std::filesystem::absolute(sweep) / "pipeline.toml").string();
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(origin.file, ignored)) return copy;
  try {
    return config::whole_text(origin.file) == read_text_file(copy) ? origin.file : copy;
  } catch (const Error&) {  // it cannot be read
    return copy;
  }
}

std::string command_of(const Look& look, std::size_t trial) {
  std::vector<std::string> words{(program_folder() / "glia").string()};
  for (const auto& path : look.origin.plugin_path) {
    words.insert(words.end(), {"--plugin-path", path});
  }
  words.insert(words.end(), {"run", named_pipeline(look.folder, look.origin)});
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
