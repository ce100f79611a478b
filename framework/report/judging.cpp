// SPDX-License-Identifier: MIT
#include "report/judging.hpp"

#include "core/text.hpp"
#include "report/statistics.hpp"
#include "report/tolerance.hpp"
#include "results/class_metric.hpp"
#include "results/metric_text.hpp"
#include "results/policies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

namespace glia::report {
namespace {

std::string unit_of(const Metric& metric) { return metric.unit == "share" ? "%" : metric.unit; }

/// A number of a head by split and name, as results name it.
double measured(const results::HeadResult& head, const std::string& split, const std::string& name,
                const std::optional<JudgedClass>& of_class) {
  const bool test = split == "test";
  if (of_class) {
    const auto counts = head.confusion.find(split);
    if (counts == head.confusion.end() || of_class->place >= counts->second.size()) {
      return results::unknown;
    }
    return results::class_share(counts->second, of_class->recall, of_class->place);
  }
  if (name == key_of(head.objective())) return test ? head.test_accuracy : head.validation_accuracy;
  if (name == "loss") return test ? head.test_loss : head.validation_loss;
  const auto of_split = head.metrics.find(split);
  if (of_split == head.metrics.end()) return results::unknown;
  const auto value = of_split->second.find(name);
  return value == of_split->second.end() ? results::unknown : value->second;
}

/// The judge that "HEAD.SPLIT_NAME" stands for.
Judge judge_of(const Study& study) {
  const auto dot = study.objective.find('.'), split = study.objective.find('_', dot);
  Judge judge{.head = study.objective.substr(0, dot),
              .split = study.objective.substr(dot + 1, split - dot - 1),
              .metric = {study.objective.substr(split + 1), !study.minimize, ""}};
  const Metric own = objective_of(study, judge.head);
  if (key_of(own) == judge.metric.name) {
    judge.metric.name = own.name;
    judge.metric.unit = own.unit;
  }
  if (const auto wanted = results::class_metric(judge.metric.name)) {
    const auto named = study.class_names.find(judge.head);
    const auto names =
        named == study.class_names.end() ? std::vector<std::string>{} : named->second;
    const auto at = std::find(names.begin(), names.end(), wanted->of);
    const auto number = as_number(wanted->of);
    judge.metric.unit = "share";
    judge.of_class = JudgedClass{
        wanted->recall, at == names.end() && number ? static_cast<std::size_t>(*number)
                                                    : static_cast<std::size_t>(at - names.begin())};
  }
  return judge;
}

JudgedPoint::State state_of(const Trial& trial) {
  if (trial.status == "ok") return JudgedPoint::State::finished;
  if (trial.status == "pruned") return JudgedPoint::State::pruned;
  return trial.status == "failed" ? JudgedPoint::State::failed : JudgedPoint::State::pending;
}

}  // namespace

double drawn(const Metric& metric, double value) {
  return metric.unit == "share" ? 100 * value : value;
}

std::string number_text(const Metric& metric, double value) {
  return rounded(drawn(metric, value), metric.unit == "share" ? 2 : 4);
}

std::string value_text(const Metric& metric, double value) {
  const std::string unit = unit_of(metric);
  return number_text(metric, value) + (std::isfinite(value) && !unit.empty() ? ' ' + unit : "");
}

std::string heading_of(const std::string& split, const Metric& metric) {
  const std::string unit = unit_of(metric);
  return results::metric_label(split, metric) + (unit.empty() ? "" : fmt::format(" ({})", unit));
}

std::string capital(std::string text) {
  std::replace(text.begin(), text.end(), '_', ' ');
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

std::string name_of(const std::string& split, const Metric& metric) {
  return capital(results::metric_label(split, metric));
}

std::string difference_text(const Metric& metric, double difference) {
  if (!std::isfinite(difference)) return "n/a";
  const std::string text = number_text(metric, difference);
  const bool zero = text.find_first_not_of("-0.") == std::string::npos;
  if (zero) return text.front() == '-' ? text.substr(1) : text;
  return difference > 0 ? '+' + text : text;
}

Metric objective_of(const Study& study, const std::string& head) {
  std::optional<Metric> all;
  for (const auto& trial : study.trials) {
    const auto found = trial.heads.find(head);
    if (found == trial.heads.end()) continue;
    const Metric& own = found->second.objective();
    if (!all) all = own;
    if (all->name != own.name) all->name = key_of(own);  // its tolerance is an axis
  }
  return all.value_or(results::usual_metrics().front());
}

Metric objective_of(const Study& study, const std::vector<std::string>& heads) {
  std::vector<Metric> all;
  for (const auto& head : heads) all.push_back(objective_of(study, head));
  if (all.empty()) return results::usual_metrics().front();
  const auto every = [&](const auto& same) { return std::all_of(all.begin(), all.end(), same); };
  const Metric& first = all.front();
  const bool unit = every([&](const Metric& m) { return m.unit == first.unit; });
  if (unit && every([&](const Metric& m) { return m.name == first.name; })) return first;
  return {"objective", true, unit ? first.unit : ""};
}

std::string actor_of(const Study& study) {
  const auto heads = study.heads();
  const bool plays =
      !heads.empty() && std::all_of(heads.begin(), heads.end(), [&](const auto& head) {
        return results::is_return(objective_of(study, head));
      });
  return plays ? "policy" : "head";
}

double Judge::value(const Trial& trial) const {
  const auto found = trial.heads.find(head);
  return found == trial.heads.end() ? results::unknown
                                    : measured(found->second, split, key_of(metric), of_class);
}

std::vector<Judge> judges_of(const Study& study) {
  const auto dot = study.objective.find('.');
  if (dot != std::string::npos && study.objective.find('_', dot) != std::string::npos) {
    return {judge_of(study)};
  }
  std::vector<Judge> judges;
  for (const auto& head : study.heads()) {
    Judge judge{.head = head, .split = "validation", .metric = objective_of(study, head)};
    judge.chooses = std::any_of(study.trials.begin(), study.trials.end(), [&](const Trial& trial) {
      return std::isfinite(judge.value(trial));
    });
    if (!judge.chooses) judge.split = "test";
    judges.push_back(std::move(judge));
  }
  return judges;
}

std::vector<JudgedPoint> judged_points(const Study& study, const Judge& judge) {
  std::map<std::vector<std::string>, std::vector<const Trial*>> by_values;
  for (const auto& trial : study.trials) by_values[trial.values].push_back(&trial);
  std::vector<JudgedPoint> points;
  for (const auto& [values, trials] : by_values) {
    JudgedPoint point;
    for (const auto* trial : trials) point.state = std::min(point.state, state_of(*trial));
    std::vector<double> measured;
    for (const auto* trial : trials) {
      point.number = std::max(point.number, trial->number);
      if (state_of(*trial) != point.state) continue;
      point.trials.push_back(trial);
      if (const double value = judge.value(*trial); std::isfinite(value)) measured.push_back(value);
    }
    point.value = measured.empty() ? results::unknown : median_of(measured);
    points.push_back(std::move(point));
  }
  std::sort(points.begin(), points.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  return points;
}

const JudgedPoint* best_of(const std::vector<JudgedPoint>& points, const Judge& judge) {
  const JudgedPoint* best = nullptr;
  for (const auto& point : points) {
    if (point.state != JudgedPoint::State::finished || !std::isfinite(point.value)) continue;
    if (!best || judge.better(point.value, best->value)) best = &point;
  }
  return best;
}

std::string short_value(const std::string& value) {
  const auto number = as_number(value);
  if (!number || value.size() < 8) return value;
  char text[32];
  std::snprintf(text, sizeof text, "%.5g", *number);
  return text;
}

std::string short_path(const std::string& path) {
  const auto dot = path.rfind('.');
  return dot == std::string::npos ? path : path.substr(dot + 1);
}

std::string setting_text(const Study& study, const std::vector<std::string>& values) {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].empty()) continue;
    text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", study.axes[i].path,
                        short_value(values[i]));
  }
  return text;
}

}  // namespace glia::report
