// SPDX-License-Identifier: MIT
#include "report/page_tables.hpp"

#include "core/text.hpp"
#include "report/comparison.hpp"
#include "report/html.hpp"
#include "report/judging.hpp"
#include "results/metric_text.hpp"
#include "results/policies.hpp"
#include "train/metric.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>

namespace glia::report {
namespace {

constexpr std::size_t most_rows = 300;

/// A line of the table of groups.
struct Line {
  const Group* group;
  const std::string* head;
  const Sample* sample;
  Metric metric;
};

std::string number(std::size_t value) { return std::to_string(value); }

std::string range(const Metric& metric, double low, double high) {
  return std::isfinite(low) && std::isfinite(high)
             ? fmt::format("{} to {}", number_text(metric, low), number_text(metric, high))
             : "n/a";
}

std::vector<Line> lines_of(const std::vector<Group>& groups) {
  static const std::string none;
  static const Sample nothing{{}, {}, {}, 0, summarise({}), results::unknown};
  std::vector<Line> lines;
  for (const auto& group : groups) {
    if (group.heads.empty()) {
      lines.push_back({&group, &none, &nothing, results::usual_metrics().front()});
    }
    for (const auto& [id, sample] : group.heads) {
      lines.push_back({&group, &id, &sample, sample.runs.front()->objective()});
    }
  }
  return lines;
}

/// The best lines first, by validation where there is one.
void keep_best(std::vector<Line>& lines, bool validated) {
  const auto value = [&](const Line& line) {
    const Sample& sample = *line.sample;
    const double median = validated ? sample.validation_median : sample.summary.median;
    if (!std::isfinite(median)) return -INFINITY;
    return static_cast<float>(line.metric.higher_is_better ? median : -median);
  };
  std::stable_sort(lines.begin(), lines.end(),
                   [&](const Line& a, const Line& b) { return value(a) > value(b); });
  lines.resize(most_rows);
}

/// What the columns are called and whether runs are grouped at all.
struct Columns {
  bool grouped = false, validated = false, pruned = false, shared = false;
  Metric metric;

  Columns(const Study& study, const std::vector<Group>& groups)
      : validated(has_validation(groups)), metric(objective_of(study, study.heads())) {
    shared = metric.name != "objective" || study.heads().size() < 2;
    for (const auto& group : groups) {
      pruned = pruned || group.pruned > 0;
      for (const auto& [id, sample] : group.heads) grouped = grouped || sample.summary.n > 1;
    }
  }

  std::string named(const std::string& split) const {
    return shared ? heading_of(split, metric) : split + " objective";
  }

  std::vector<std::string> names() const {
    const std::string median = grouped ? ", median" : "";
    std::vector<std::string> all{"head"};
    if (!shared) all.push_back("objective");
    all.insert(all.end(), {"n", "failed"});
    if (pruned) all.push_back("pruned");
    all.push_back("collapsed");
    if (validated) all.push_back(named("validation") + median);
    all.push_back(named("test") + median);
    if (grouped) all.insert(all.end(), {"95 % interval of the median", "mean", "IQR"});
    return all;
  }

  std::vector<std::string> cells(const Line& line) const {
    const Summary& s = line.sample->summary;
    std::vector<std::string> all{*line.head};
    if (!shared) all.push_back(line.head->empty() ? "" : line.metric.name);
    all.insert(all.end(), {number(s.n), number(line.group->failed)});
    if (pruned) all.push_back(number(line.group->pruned));
    all.push_back(number(line.sample->collapsed));
    if (validated) all.push_back(number_text(line.metric, line.sample->validation_median));
    all.push_back(number_text(line.metric, s.median));
    if (!grouped) return all;
    const bool several = s.n > 1;
    all.insert(
        all.end(),
        {several ? range(line.metric, s.median_interval.low, s.median_interval.high) : "n/a",
         number_text(line.metric, s.mean), several ? range(line.metric, s.q1, s.q3) : "n/a"});
    return all;
  }
};

/// What a run measured besides objective and loss.
std::string metric_table(const Study& study) {
  HtmlTable table{"What else was measured at the end, by head.",
                  {"head", "metric", "validation", "test"},
                  2,
                  {}};
  for (const auto& [id, head] : study.trials[0].heads) {
    std::set<std::string> names;
    for (const auto& [split, values] : head.metrics) {
      for (const auto& [name, value] : values) names.insert(name);
    }
    for (const auto& name : names) {
      Metric metric{name, true, ""};
      if (const auto* declared = Registry<train::MetricEntry>::all().find(name)) {
        metric.unit = declared->unit;
      }
      for (const auto& own : head.own_metrics) {
        if (own.name == name) metric = own;
      }
      const auto text = [&](const char* split) {
        const auto values = head.metrics.find(split);
        const bool known = values != head.metrics.end() && values->second.count(name);
        return known ? value_text(metric, values->second.at(name)) : std::string("not measured");
      };
      std::string label = name;
      std::replace(label.begin(), label.end(), '_', ' ');
      table.rows.push_back({id, label, text("validation"), text("test")});
    }
  }
  return table.rows.empty() ? "" : to_html(table);
}

std::int64_t samples_of(const results::HeadResult& head, const std::string& split) {
  std::int64_t sum = 0;
  const auto counts = head.confusion.find(split);
  if (counts == head.confusion.end()) return 0;
  for (const auto& row : counts->second) {
    for (const auto count : row) sum += count;
  }
  return sum;
}

}  // namespace

std::string best_points(const Study& study) {
  if (!study.sweep) return {};
  std::string text;
  bool unchosen = false;
  for (const auto& judge : judges_of(study)) {
    if (!judge.chooses) {
      unchosen = true;
      continue;
    }
    const auto points = judged_points(study, judge);
    const auto* best = best_of(points, judge);
    if (!best) continue;
    std::vector<double> tested;
    Metric metric;
    for (const auto* trial : best->trials) {
      const auto& head = trial->heads.at(judge.head);
      metric = head.objective();
      if (std::isfinite(head.test_accuracy)) tested.push_back(head.test_accuracy);
    }
    const std::string where = setting_text(study, best->trials.front()->values);
    text += element(
        "li",
        fmt::format("{}: {} {}, there {} {}{} (median, n = {})", judge.head,
                    results::metric_label(judge.split, judge.metric),
                    value_text(judge.metric, best->value), results::metric_label("test", metric),
                    value_text(metric, tested.empty() ? results::unknown : median_of(tested)),
                    where.empty() ? "" : ", at " + where, number(best->trials.size())));
  }
  if (text.empty()) {
    return unchosen ? element("p",
                              "No samples were kept for validation, so no setting is called the "
                              "best: test measures at the end and chooses nothing.",
                              "faint")
                    : "";
  }
  return fmt::format("{}<ul>\n{}</ul>\n", element("p", "Best on validation:"), text);
}

std::string group_table(const Study& study, const std::vector<Group>& groups,
                        const std::string& csv) {
  auto lines = lines_of(groups);
  const Columns columns(study, groups);
  HtmlTable table;
  table.caption = fmt::format(
      "{} by setting; {}", columns.named("test"),
      columns.grouped ? "seeds are grouped. n: finished runs, collapsed ones included. IQR: first "
                        "to third quartile."
                      : "n: finished runs, collapsed ones included.");
  table.caption[0] = static_cast<char>(table.caption[0] - 'a' + 'A');
  if (lines.size() > most_rows) {
    const std::size_t all = lines.size();
    keep_best(lines, columns.validated);
    table.caption +=
        fmt::format(" The {} of {} lines with the {} medians{}; all are in {}.", number(most_rows),
                    number(all), columns.metric.higher_is_better ? "highest" : "lowest",
                    columns.validated ? " on validation" : "", csv);
  }
  for (const auto& axis : study.axes) table.columns.push_back(axis.path);
  table.left = study.axes.size() + 1;
  for (auto& name : columns.names()) table.columns.push_back(std::move(name));
  for (const auto& line : lines) {
    auto& row = table.rows.emplace_back();
    for (const auto& label : line.group->labels) row.push_back(short_value(label));
    for (auto& cell : columns.cells(line)) row.push_back(std::move(cell));
  }
  const std::string statistics =
      columns.grouped
          ? element("p", fmt::format("{}. IQR: {}.", interval_name, quartile_name), "faint")
          : "";
  return element("h2", "Results by setting") + to_html(table) + statistics;
}

std::string run_tables(const Study& study) {
  const Trial& trial = study.trials[0];
  std::vector<std::string> heads;
  bool validated = false, counted = false;
  std::size_t plays = 0;
  for (const auto& [id, head] : trial.heads) {
    heads.push_back(id);
    plays += results::is_return(head.objective()) ? 1 : 0;
    validated = validated || std::isfinite(head.validation_accuracy);
    counted = counted || samples_of(head, "test") > 0;
  }
  const Metric shared = objective_of(study, heads);
  const bool one = shared.name != "objective" || heads.size() < 2;
  const auto named = [&](const std::string& split) {
    return one ? heading_of(split, shared) : split + " objective";
  };
  HtmlTable table{fmt::format("One run with seed {}.", trial.seed), {"head"}, 1, {}};
  if (validated)
    table.columns.insert(table.columns.end(), {named("validation"), "validation loss"});
  table.columns.insert(table.columns.end(), {named("test"), "test loss"});
  if (counted) table.columns.push_back("samples: validation, test");
  table.columns.insert(table.columns.end(), {"collapsed", "chance (%)", "parameters",
                                             plays == trial.heads.size() ? "generations"
                                             : plays > 0                 ? "epochs, generations"
                                                                         : "epochs"});
  for (const auto& [id, head] : trial.heads) {
    const Metric& objective = head.objective();
    const auto value = [&](double measured) {
      return one ? number_text(objective, measured)
                 : objective.name + ' ' + value_text(objective, measured);
    };
    auto& row = table.rows.emplace_back(std::vector{id});
    if (validated) {
      row.insert(row.end(), {value(head.validation_accuracy), rounded(head.validation_loss, 4)});
    }
    row.insert(row.end(), {value(head.test_accuracy), rounded(head.test_loss, 4)});
    if (counted) {
      row.push_back(
          fmt::format("{}, {}", samples_of(head, "validation"), samples_of(head, "test")));
    }
    row.insert(row.end(), {head.collapsed ? "yes" : "no", rounded(100 * head.chance, 1),
                           std::to_string(head.parameters),
                           std::to_string(head.curve.empty() ? 0 : head.curve.back().epoch)});
  }
  return element("h2", "Results") + to_html(table) + metric_table(study);
}

std::string head_table(const Study& study, const std::vector<Group>& groups) {
  const auto heads = study.heads();
  if (!study.sweep || heads.size() < 2 || heads.size() > 4 || groups.size() > 60) return {};
  const Metric metric = objective_of(study, heads);
  if (metric.name == "objective") return {};
  const auto points = [&](double value) { return difference_text(metric, value); };
  HtmlTable table{
      fmt::format("Second head against the first: difference of the median {}; runs of equal seed "
                  "are paired. Interval: 95 %, percentile bootstrap of the difference of medians.",
                  heading_of("test", metric)),
      {},
      study.axes.size() + 2,
      {}};
  for (const auto& axis : study.axes) table.columns.push_back(axis.path);
  table.columns.insert(table.columns.end(),
                       {"first", "second", "difference", "95 % interval", "pairs", "test", "p"});
  for (const auto& group : groups) {
    for (std::size_t i = 0; i < heads.size(); ++i) {
      for (std::size_t j = i + 1; j < heads.size(); ++j) {
        const auto a = group.heads.find(heads[i]), b = group.heads.find(heads[j]);
        if (a == group.heads.end() || b == group.heads.end()) continue;
        const Comparison found = compare_samples(a->second, b->second);
        auto& row = table.rows.emplace_back();
        for (const auto& label : group.labels) row.push_back(short_value(label));
        row.insert(row.end(), {heads[i], heads[j], points(found.difference),
                               fmt::format("{} to {}", points(found.interval.low),
                                           points(found.interval.high)),
                               number(found.pairs), found.test.name, p_text(found.test)});
      }
    }
  }
  return table.rows.empty() ? "" : element("h2", "Heads against each other") + to_html(table);
}

}  // namespace glia::report
