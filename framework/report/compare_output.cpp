// SPDX-License-Identifier: MIT
#include "core/json_text.hpp"
#include "core/text.hpp"
#include "report/compare.hpp"
#include "report/judging.hpp"
#include "report/tolerance.hpp"
#include "results/metric_text.hpp"

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include <cmath>

namespace glia::report {
namespace {

using nlohmann::ordered_json;

std::string describe(const char* name, const Study& study) {
  std::size_t done = 0;
  for (const auto& trial : study.trials) done += trial.status == "ok";
  std::string text =
      fmt::format("{}  {}  {}", name, study.folder.string(), one_line(study.pipeline));
  if (study.sweep) {
    text += fmt::format(", {} of {} trials finished", done, study.trials.size());
  } else {
    text += ", a run with status " + one_line(study.status);
  }
  for (const auto& [what, value] : origin_of(study)) {
    if (what == "glia" || what == "started") text += fmt::format(", {} {}", what, value);
  }
  return text + '\n';
}

std::string head_name(const ComparedHead& head) {
  return head.head_a == head.head_b ? head.head_a
                                    : fmt::format("{} | {}", head.head_a, head.head_b);
}

/// What a compared head goes by.
Metric metric_of(const ComparedHead& head) { return head.a->test.runs.front()->objective(); }

/// What all compared heads go by, if it is one thing.
const Metric* shared_metric(const ComparedStudies& compared, Metric& first) {
  first = metric_of(compared.heads.front());
  for (const auto& head : compared.heads) {
    for (const auto* sample : {head.a, head.b}) {
      const Metric& own = sample->test.runs.front()->objective();
      if (own.unit != first.unit || title_of(own) != title_of(first)) {
        return nullptr;
      }
    }
  }
  return &first;
}

std::string settings_text(const std::vector<Difference>& settings) {
  if (settings.empty()) return "The settings are the same.\n";
  std::vector<std::vector<std::string>> rows{{"settings that differ", "A", "B"}};
  for (const auto& each : settings) {
    rows.push_back({"  " + each.path, each.a.empty() ? "-" : shortened(each.a, 60),
                    each.b.empty() ? "-" : shortened(each.b, 60)});
  }
  return aligned(rows, 3);
}

std::string paired(const Comparison& found) {
  return found.pairs ? std::to_string(found.pairs) + " pairs of equal seed" : "not paired";
}

/// JSON knows no NaN: nlohmann writes null for it.
ordered_json interval_json(const Interval& interval) { return {interval.low, interval.high}; }

ordered_json sample_json(const Measured& sample) {
  const Summary& s = sample.summary;
  return {{"n", s.n},           {"collapsed", sample.collapsed},
          {"median", s.median}, {"median_interval_95", interval_json(s.median_interval)},
          {"mean", s.mean},     {"q1", s.q1},
          {"q3", s.q3}};
}

ordered_json study_json(const Study& study) {
  return {{"folder", study.folder.string()}, {"id", study.id},
          {"pipeline", study.pipeline},      {"kind", study.sweep ? "sweep" : "run"},
          {"status", study.status},          {"provenance", study.provenance}};
}

const Axis* axis_at(const Study& study, const std::string& path) {
  for (const auto& axis : study.axes) {
    if (axis.path == path) return &axis;
  }
  return nullptr;
}

/// What each of two sweeps has found, by what both judge by on validation.
std::string best_text(const Study& a, const Study& b) {
  if (!a.sweep || !b.sweep) return {};
  std::string text;
  for (const auto& judge : judges_of(a)) {
    for (const auto& other : judges_of(b)) {
      const bool same = judge.head == other.head && judge.label() == other.label();
      if (!same || !judge.chooses || !other.chooses) continue;
      const auto points_a = judged_points(a, judge), points_b = judged_points(b, other);
      const auto *best_a = best_of(points_a, judge), *best_b = best_of(points_b, other);
      if (!best_a || !best_b) continue;
      text += fmt::format("Best point of {} by {}: A {} (of {}), B {} (of {}).\n",
                          one_line(judge.head), results::metric_label(judge.split, judge.metric),
                          value_text(judge.metric, best_a->value), points_a.size(),
                          value_text(other.metric, best_b->value), points_b.size());
    }
  }
  return text;
}

/// The cells of a comparison behind the values of its axes.
std::vector<std::string> cells_of(const ComparedHead& head, const std::string& split,
                                  const Comparison& found, bool shared) {
  const Metric metric = metric_of(head);
  const auto points = [&](double difference) { return difference_text(metric, difference); };
  const Measured &a = head.a->on(split), &b = head.b->on(split);
  const std::string name = one_line(head_name(head));
  return {name + ", " + (shared ? split : heading_of(split, metric)),
          found.test.name + (std::isfinite(found.test.p) ? ", " + paired(found) : ""),
          std::to_string(a.summary.n),
          std::to_string(b.summary.n),
          std::to_string(a.collapsed),
          std::to_string(b.collapsed),
          number_text(metric, a.summary.median),
          number_text(metric, b.summary.median),
          points(found.difference),
          std::isfinite(found.interval.low)
              ? fmt::format("{} to {}", points(found.interval.low), points(found.interval.high))
              : "n/a",
          p_text(found.test)};
}

/// What is to be known of the numbers in the table.
std::string notes_of(const ComparedStudies& compared, const Metric* shared) {
  bool validated = false, all_validated = true, too_few = false;
  for (const auto& head : compared.heads) {
    validated = validated || head.validation;
    all_validated = all_validated && head.validation;
    too_few = too_few || !std::isfinite(head.test.interval.low);
  }
  const std::string splits = validated ? "validation and test" : "test";
  std::string text = fmt::format(
      "\n{}; n counts finished runs, collapsed ones included. Difference: median of B - median of "
      "A\n(of the pairs, where paired), with a 95 % percentile-bootstrap interval. Tests are "
      "two-sided.\n",
      shared      ? "Numbers: " + heading_of(splits, *shared)
      : validated ? "Numbers of the splits named"
                  : "Numbers of the test split");
  if (shared && !shared->higher_is_better) text += "Lower is better.\n";
  if (too_few) text += too_few_runs() + '\n';
  if (!all_validated) {
    text +=
        "Not both have figures of validation. Those of test say how the two differ; whoever takes "
        "the better\none by them has no test left. To choose, give both data sets `validation = "
        "0.1`.\n";
  }
  return text;
}

ordered_json comparison_json(const Measured& a, const Measured& b, const Comparison& found) {
  return {{"a", sample_json(a)},
          {"b", sample_json(b)},
          {"difference_of_medians", found.difference},
          {"interval_95", interval_json(found.interval)},
          {"interval", "percentile bootstrap"},
          {"pairs", found.pairs},
          {"test", found.test.name},
          {"statistic", found.test.statistic},
          {"p", found.test.p}};
}

}  // namespace

std::string comparison_text(const ComparedStudies& compared) {
  std::string text = describe("A", compared.a) + describe("B", compared.b) + '\n' +
                     settings_text(compared.settings) + '\n';
  std::vector<std::vector<std::string>> rows(1);
  for (const auto& path : compared.axes) rows[0].push_back(one_line(path));
  rows[0].insert(rows[0].end(), {"head, split", "test", "n A", "n B", "collapsed A", "collapsed B",
                                 "median A", "median B", "difference", "95 % interval", "p"});
  Metric first;
  const Metric* shared = shared_metric(compared, first);
  for (const auto& head : compared.heads) {
    const auto add = [&](const std::string& split, const Comparison& found) {
      auto& row = rows.emplace_back(head.labels);
      for (auto& cell : cells_of(head, split, found, shared != nullptr)) {
        row.push_back(std::move(cell));
      }
    };
    if (head.validation) add("validation", *head.validation);
    add("test", head.test);
  }
  text += aligned(rows, compared.axes.size() + 2) + notes_of(compared, shared);
  for (const auto& path : compared.pooled) {
    const bool both = axis_at(compared.a, path) && axis_at(compared.b, path);
    text += both ? fmt::format("Each has drawn {} for itself: runs are pooled over it.\n",
                               one_line(path))
                 : fmt::format("Only one of the two has {}: its runs are pooled over it.\n",
                               one_line(path));
  }
  return text + best_text(compared.a, compared.b);
}

std::string comparison_json(const ComparedStudies& compared) {
  ordered_json root{{"a", study_json(compared.a)}, {"b", study_json(compared.b)}};
  root["settings"] = ordered_json::array();
  for (const auto& each : compared.settings) {
    root["settings"].push_back({{"path", each.path}, {"a", each.a}, {"b", each.b}});
  }
  root["axes"] = compared.axes;
  root["pooled"] = compared.pooled;
  root["heads"] = ordered_json::array();
  for (const auto& head : compared.heads) {
    ordered_json values = ordered_json::object();
    for (std::size_t i = 0; i < head.labels.size(); ++i) values[compared.axes[i]] = head.labels[i];
    const Metric metric = metric_of(head);
    ordered_json entry{{"head_a", head.head_a},
                       {"head_b", head.head_b},
                       {"measured", "test_" + key_of(metric)},
                       {"higher_is_better", metric.higher_is_better},
                       {"unit", metric.unit},
                       {"values", values}};
    entry.update(comparison_json(head.a->test, head.b->test, head.test));
    if (head.validation) {
      entry["validation"] =
          comparison_json(head.a->validation, head.b->validation, *head.validation);
    }
    root["heads"].push_back(std::move(entry));
  }
  return json_text(root, 2) + '\n';
}

}  // namespace glia::report
