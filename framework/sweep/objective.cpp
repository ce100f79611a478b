// SPDX-License-Identifier: MIT
#include "sweep/objective.hpp"

#include "core/diagnostics.hpp"
#include "core/json_text.hpp"
#include "results/class_metric.hpp"
#include "results/metric_text.hpp"
#include "train/metric.hpp"

#include <glia/sdk/error.hpp>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace glia::sweep {
namespace {

constexpr const char* use_validation =
    "give the dataset `validation = 0.1` and use HEAD.validation_accuracy";

/// Whether less of it is better, as the program's metrics declare or else its name says.
std::optional<bool> is_minimized(const std::string& metric) {
  const auto& declared = Registry<train::MetricEntry>::all();
  const auto split = metric.find('_');  // "validation_r2"
  if (const auto* entry = declared.find(metric.substr(split == metric.npos ? 0 : split + 1))) {
    return !entry->higher_is_better;
  }
  if (split != metric.npos && results::class_metric(metric.substr(split + 1))) return false;
  const auto has = [&](const char* word) { return metric.find(word) != std::string::npos; };
  if (has("loss") || has("error")) return true;
  if (has("accuracy") || has("return") || has("score")) return false;
  return std::nullopt;
}

[[noreturn]] void refuse_head(const Plan& plan, const std::string& head) {
  const std::string guess = did_you_mean(head, plan.heads);
  throw Error(ErrorCode::usage, fmt::format("the sweep has no head '{}'", head),
              guess.empty() ? fmt::format("it has {}; an objective is a head or HEAD.METRIC",
                                          quoted_list(plan.heads))
                            : guess);
}

/// What heads may report of validation; which of them one does, its results say.
std::vector<std::string> declared_metrics() {
  std::vector<std::string> names{"validation_accuracy", "validation_loss"};
  for (const Declared* metric : declared(train::MetricEntry::kind)) {
    names.push_back("validation_" + metric->name);
  }
  return names;
}

}  // namespace

const char* objective_problem(const std::string& text, const std::string& goal) {
  const auto dot = text.find('.');  // a class may have one in its name, a head has none
  if (dot == std::string::npos || dot == 0 || dot + 1 == text.size()) {
    return "objective must be HEAD.METRIC, such as \"digit.validation_accuracy\"";
  }
  const std::string metric = text.substr(dot + 1);
  if (metric.starts_with("test")) {
    return "objective must not be of the test split, which measures at the end and never selects: "
           "write validation_ in place of test_, and give the dataset `validation = 0.1` if it "
           "keeps "
           "no samples yet";
  }
  if (goal == "auto" && !is_minimized(metric)) {
    return "objective names no metric that the program knows, such as validation_accuracy or "
           "validation_loss, so its goal does not follow from the name of the objective: correct "
           "it, or for a metric of the head's own write goal = \"maximize\" or goal = \"minimize\"";
  }
  return nullptr;
}

Objective parse_objective(const std::string& text, const std::string& goal) {
  const auto dot = text.find('.');  // a class may have one in its name, a head has none
  Objective objective{text.substr(0, dot), text.substr(dot + 1), goal == "minimize"};
  if (goal == "auto") objective.minimize = is_minimized(objective.metric).value_or(false);
  return objective;
}

Objective objective_for(const Plan& plan, const std::string& wanted) {
  if (wanted.empty() && plan.judge()) return *plan.judge();
  std::string text = wanted;
  // A head alone: by what it is for, which its first result says.
  if (std::find(plan.heads.begin(), plan.heads.end(), wanted) != plan.heads.end()) {
    text += ".validation_accuracy";
  }
  if (text.empty()) {
    if (plan.heads.size() != 1) {
      throw Error(ErrorCode::usage, "the sweep has several heads: " + quoted_list(plan.heads),
                  fmt::format("say by which: --objective {}", plan.heads.front()));
    }
    text = plan.heads.front() + ".validation_accuracy";
  }
  if (text.find('.') == std::string::npos) refuse_head(plan, text);
  const char* known = "maximize";  // there is no key for it here: it follows from the name, or not
  if (const char* problem = objective_problem(text, known)) throw Error(ErrorCode::usage, problem);
  const Objective objective = parse_objective(text, "auto");
  if (std::find(plan.heads.begin(), plan.heads.end(), objective.head) == plan.heads.end()) {
    refuse_head(plan, objective.head);
  }
  if (!is_minimized(objective.metric)) {
    throw Error(ErrorCode::usage,
                fmt::format("whether more of '{}' is better does not follow from its name",
                            objective.metric),
                instead_of(objective.metric, "the program knows", declared_metrics(), {}));
  }
  return objective;
}

std::string instead_of(const std::string& metric, const char* who,
                       const std::vector<std::string>& known,
                       const std::vector<std::string>& of_class) {
  std::vector<std::string> all = known;
  all.insert(all.end(), of_class.begin(), of_class.end());
  const std::string guess = did_you_mean(metric, all);
  if (!guess.empty()) return guess;
  const std::string list = fmt::format("{} {}", who, quoted_list(known));
  if (of_class.empty()) return list;
  return fmt::format(
      "{}, and of each class validation_recall_NAME and validation_precision_NAME, such as '{}'",
      list, of_class.front());
}

Objective own_objective(const std::string& head, const std::string& json) {
  const Metric meant = results::objective_of_json(json);
  return {head, "validation_" + meant.name, !meant.higher_is_better};
}

std::optional<double> objective_of(const Objective& objective, const Outcome& outcome) {
  const auto head = outcome.heads.find(objective.head);
  if (head != outcome.heads.end()) {
    const auto json = perhaps_json(head->second.json);
    const auto value = json.is_object() ? json.find(objective.metric) : json.end();
    const bool found = json.is_object() && value != json.end();
    if (found && value->is_number() && std::isfinite(value->get<double>())) return *value;
    if (found) return std::nullopt;  // it is unknown: the training went wrong
    if (const auto share = results::class_value(head->second.json, objective.metric)) {
      return std::isfinite(*share) ? share : std::nullopt;
    }
  }
  if (outcome.status != Status::ok) return std::nullopt;
  throw Error(ErrorCode::configuration,
              fmt::format("head '{}' reports no '{}', by which trials are to be judged",
                          objective.head, objective.metric),
              use_validation);
}

}  // namespace glia::sweep
