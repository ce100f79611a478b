// SPDX-License-Identifier: MIT
#include "report/page_tables.hpp"

#include "core/text.hpp"
#include "report/comparison.hpp"
#include "report/html.hpp"
#include "report/judging.hpp"
#include "report/tolerance.hpp"
#include "results/metric_text.hpp"
#include "results/policies.hpp"
#include "train/metric.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <set>
#include <utility>

namespace glia::report {
namespace {

constexpr std::size_t most_rows = 300;

/// A line of the table of groups.
struct Line {
  const Group* group = nullptr;
  const std::string* head = nullptr;
  const Sample* sample = nullptr;
  Metric metric;
};

std::string number(std::size_t value) { return std::to_string(value); }

std::string range(const Metric& metric, double low, double high) {
  return std::isfinite(low) && std::isfinite(high)
             ? fmt::format("{}\u00A0to {}", number_text(metric, low), number_text(metric, high))
             : "n/a";
}

std::vector<Line> lines_of(const std::vector<Group>& groups) {
  static const std::string none;
  static const Sample nothing;
  std::vector<Line> lines;
  for (const auto& group : groups) {
    if (group.heads.empty()) {
      lines.push_back({&group, &none, &nothing, results::usual_metrics().front()});
    }
    for (const auto& [id, sample] : group.heads) {
      lines.push_back({&group, &id, &sample, sample.test.runs.front()->objective()});
    }
  }
  return lines;
}

/// The best lines first, by what chooses: validation, where there is one.
void keep_best(std::vector<Line>& lines, const std::string& split) {
  const auto value = [&](const Line& line) {
    const double median = line.sample->on(split).summary.median;
    if (!std::isfinite(median)) return -INFINITY;
    return static_cast<float>(line.metric.higher_is_better ? median : -median);
  };
  std::stable_sort(lines.begin(), lines.end(),
                   [&](const Line& a, const Line& b) { return value(a) > value(b); });
  lines.resize(most_rows);
}

/// What the columns are called and whether runs are grouped at all.
struct Columns {
  bool grouped = false, pruned = false, shared = false;
  std::string actor;
  std::vector<std::string> splits;
  Metric metric;

  Columns(const Study& study, const std::vector<Group>& groups)
      : actor(actor_of(study)),
        splits(splits_of(groups)),
        metric(objective_of(study, study.heads())) {
    shared = metric.name != "objective" || study.heads().size() < 2;
    for (const auto& group : groups) {
      pruned = pruned || group.pruned > 0;
      for (const auto& [id, sample] : group.heads) grouped = grouped || sample.test.summary.n > 1;
    }
  }

  std::string named(const std::string& split) const {
    return shared ? heading_of(split, metric) : split + " objective";
  }

  /// Of both splits: "validation and test accuracy (%)".
  std::string named() const { return named(fmt::format("{}", fmt::join(splits, " and "))); }

  std::vector<std::string> names() const {
    std::vector<std::string> all{actor};
    if (!shared) all.push_back("objective");
    all.insert(all.end(), {"n", "failed"});
    if (pruned) all.push_back("pruned");
    all.push_back("collapsed");
    for (const auto& split : splits) {
      all.push_back(named(split) + (grouped ? ", median" : ""));
      if (grouped) all.push_back(split + ", IQR");
    }
    if (grouped) all.insert(all.end(), {"test, mean", "test, 95 % interval of the median"});
    return all;
  }

  std::vector<std::string> cells(const Line& line) const {
    const Summary& test = line.sample->test.summary;
    std::vector<std::string> all{*line.head};
    if (!shared) all.push_back(line.head->empty() ? "" : title_of(line.metric));
    all.insert(all.end(), {number(test.n), number(line.group->failed)});
    if (pruned) all.push_back(number(line.group->pruned));
    all.push_back(number(line.sample->test.collapsed));
    for (const auto& split : splits) {
      const Summary& s = line.sample->on(split).summary;
      all.push_back(number_text(line.metric, s.median));
      if (grouped) all.push_back(s.n > 1 ? range(line.metric, s.q1, s.q3) : "n/a");
    }
    if (!grouped) return all;
    const Interval between = told_interval(test);
    all.insert(all.end(), {number_text(line.metric, test.mean),
                           range(line.metric, between.low, between.high)});
    return all;
  }
};

/// A metric by its name, as whoever measures it declares it.
Metric declared_metric(const results::HeadResult& head, const std::string& name) {
  Metric metric{.name = name, .higher_is_better = true, .unit = ""};
  if (const auto* declared = Registry<train::MetricEntry>::all().find(name)) {
    metric.unit = declared->unit;
  }
  for (const auto& own : head.own_metrics) {
    if (own.name == name) metric = own;
  }
  return metric;
}

/// What a run measured besides objective and loss.
std::string metric_table(const Study& study) {
  const std::string actor = actor_of(study);
  HtmlTable table{fmt::format("What else was measured at the end, by {}.", actor),
                  {actor, "metric", "validation", "test"},
                  2,
                  {}};
  for (const auto& [id, head] : study.trials[0].heads) {
    std::set<std::string> names;
    for (const auto& [split, values] : head.metrics) {
      for (const auto& [name, value] : values) names.insert(name);
    }
    for (const auto& name : names) {
      const Metric metric = declared_metric(head, name);
      const auto text = [&, &metrics = head.metrics](const char* split) {
        const auto values = metrics.find(split);
        const bool known = values != metrics.end() && values->second.count(name);
        return known ? value_text(metric, values->second.at(name)) : std::string("not measured");
      };
      table.rows.push_back({id, title_of(metric), text("validation"), text("test")});
    }
  }
  return table.rows.empty() ? "" : to_html(table);
}

/// What the runs of a sweep measured at the end besides what their heads go by: a median for each
/// line, metric and split.
std::string more_metrics(const Study& study, const std::vector<Line>& lines,
                         const std::vector<Group>& groups) {
  const auto names = metrics_of(groups);
  if (names.empty()) return {};
  HtmlTable table{.caption = "What else was measured at the end; medians over the runs of a line.",
                  .columns = {},
                  .left = study.axes.size() + 1,
                  .rows = {}};
  for (const auto& axis : study.axes) table.columns.push_back(axis.path);
  table.columns.push_back(actor_of(study));
  const auto splits = splits_of(groups);
  for (const auto& line : lines) {
    if (line.head->empty()) continue;
    const auto& any = *line.sample->test.runs.front();
    auto& row = table.rows.emplace_back();
    for (const auto& label : line.group->labels) row.push_back(short_value(label));
    row.push_back(*line.head);
    for (const auto& name : names) {
      for (const auto& split : splits) {
        const Metric metric = declared_metric(any, name);
        if (table.rows.size() == 1) table.columns.push_back(heading_of(split, metric));
        row.push_back(number_text(metric, median_of_metric(*line.sample, split, name)));
      }
    }
  }
  return table.rows.empty() ? "" : to_html(table);
}

/// Between a name and its number, where the name ends in one.
const char* is(const Metric& metric) { return key_of(metric) == metric.name ? " " : " = "; }

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
        "li", fmt::format("{}: {}{}{}, there {}{}{}{} (median, n = {})", judge.head,
                          results::metric_label(judge.split, judge.metric), is(judge.metric),
                          value_text(judge.metric, best->value),
                          results::metric_label("test", metric), is(metric),
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
      "{} by setting; {}", capital(columns.named()),
      columns.grouped ? "seeds are grouped. n: finished runs, collapsed ones included. IQR: first "
                        "to third quartile."
                      : "n: finished runs, collapsed ones included.");
  if (lines.size() > most_rows) {
    const std::size_t all = lines.size();
    keep_best(lines, columns.splits.front());
    table.caption +=
        fmt::format(" The {} of {} lines with the {} medians{}; all are in {}.", number(most_rows),
                    number(all), columns.metric.higher_is_better ? "highest" : "lowest",
                    columns.splits.size() > 1 ? " on validation" : "", csv);
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
      columns.grouped ? element("p",
                                fmt::format("{}; none below {} runs. IQR: {}.", interval_name,
                                            least_runs, quartile_name),
                                "faint")
                      : "";
  return element("h2", "Results by setting") + to_html(table) + statistics +
         more_metrics(study, lines, groups);
}

std::string run_tables(const Study& study) {
  using Cell = std::function<std::string(const results::HeadResult&)>;
  const Trial& trial = study.trials[0];
  bool validated = false, counted = false, guessed = false;
  std::size_t plays = 0;
  for (const auto& [id, head] : trial.heads) {
    plays += results::is_return(head.objective()) ? 1 : 0;
    validated = validated || std::isfinite(head.validation_accuracy);
    counted = counted || samples_of(head, "test") > 0;
    guessed = guessed || std::isfinite(head.chance);
  }
  const bool all_play = plays > 0 && plays == trial.heads.size();
  const Metric shared = objective_of(study, study.heads());
  const bool one = shared.name != "objective" || trial.heads.size() < 2;
  std::vector<std::pair<std::string, Cell>> columns;
  const auto add_split = [&](const std::string& split, auto objective, auto loss) {
    columns.emplace_back(one ? heading_of(split, shared) : split + " objective",
                         [=](const results::HeadResult& head) {
                           const Metric& own = head.objective();
                           return one ? number_text(own, head.*objective)
                                      : title_of(own) + ' ' + value_text(own, head.*objective);
                         });
    if (all_play) return;  // what they lose is what they do not get
    columns.emplace_back(split + " loss",
                         [=](const results::HeadResult& head) { return rounded(head.*loss, 4); });
  };
  using Head = results::HeadResult;
  if (validated) add_split("validation", &Head::validation_accuracy, &Head::validation_loss);
  add_split("test", &Head::test_accuracy, &Head::test_loss);
  if (counted) {
    columns.emplace_back("samples: validation, test", [](const Head& head) {
      return fmt::format("{}, {}", samples_of(head, "validation"), samples_of(head, "test"));
    });
  }
  columns.emplace_back("collapsed", [](const Head& head) { return head.collapsed ? "yes" : "no"; });
  if (guessed) {
    columns.emplace_back("chance (%)",
                         [](const Head& head) { return rounded(100 * head.chance, 1); });
  }
  columns.emplace_back("parameters",
                       [](const Head& head) { return std::to_string(head.parameters); });
  columns.emplace_back(all_play    ? "generations"
                       : plays > 0 ? "epochs, generations"
                                   : "epochs",
                       [](const Head& head) {
                         return std::to_string(head.curve.empty() ? 0 : head.curve.back().epoch);
                       });
  HtmlTable table{fmt::format("One run with seed {}.", trial.seed), {actor_of(study)}, 1, {}};
  for (const auto& [name, cell] : columns) table.columns.push_back(name);
  for (const auto& [id, head] : trial.heads) {
    auto& row = table.rows.emplace_back(std::vector{id});
    for (const auto& [name, cell] : columns) row.push_back(cell(head));
  }
  return element("h2", "Results") + to_html(table) + metric_table(study);
}

std::string head_table(const Study& study, const std::vector<Group>& groups) {
  const auto heads = study.heads();
  if (!study.sweep || heads.size() < 2 || heads.size() > 4 || groups.size() > 60) return {};
  const Metric metric = objective_of(study, heads);
  if (metric.name == "objective") return {};
  const auto points = [&](double value) { return difference_text(metric, value); };
  const auto splits = splits_of(groups);
  HtmlTable table{
      fmt::format("Second head against the first: difference of the median {}; runs of equal seed "
                  "are paired. Interval: 95 %, percentile bootstrap of the difference of medians.",
                  heading_of(fmt::format("{}", fmt::join(splits, " and ")), metric)),
      {},
      study.axes.size() + 3,
      {}};
  for (const auto& axis : study.axes) table.columns.push_back(axis.path);
  table.columns.insert(table.columns.end(), {"first", "second", "split", "difference",
                                             "95 % interval", "pairs", "test", "p"});
  bool too_few = false;
  const auto add = [&](const Group& group, const std::string& first, const std::string& second) {
    const auto a = group.heads.find(first), b = group.heads.find(second);
    if (a == group.heads.end() || b == group.heads.end()) return;
    for (const auto& split : splits) {
      const Comparison found = compare_samples(a->second.on(split), b->second.on(split));
      const bool told = std::isfinite(found.interval.low);
      too_few = too_few || !told;
      auto& row = table.rows.emplace_back();
      for (const auto& label : group.labels) row.push_back(short_value(label));
      row.insert(row.end(), {first, second, split, points(found.difference),
                             told ? fmt::format("{} to {}", points(found.interval.low),
                                                points(found.interval.high))
                                  : "n/a",
                             number(found.pairs), found.test.name, p_text(found.test)});
    }
  };
  for (const auto& group : groups) {
    for (std::size_t i = 0; i < heads.size(); ++i) {
      for (std::size_t j = i + 1; j < heads.size(); ++j) add(group, heads[i], heads[j]);
    }
  }
  if (table.rows.empty()) return {};
  return element("h2", "Heads against each other") + to_html(table) +
         (too_few ? element("p", too_few_runs(), "faint") : "");
}

}  // namespace glia::report
