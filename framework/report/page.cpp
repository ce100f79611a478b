// SPDX-License-Identifier: MIT
#include "report/page.hpp"

#include "core/files.hpp"
#include "core/text.hpp"
#include "report/comparison.hpp"
#include "report/html.hpp"
#include "report/study_figures.hpp"
#include "report/svg.hpp"
#include "results/metric_text.hpp"

#include <algorithm>
#include <cmath>

namespace glia::report {
namespace {

constexpr std::size_t most_rows = 300, most_failed = 100, most_text = 60000;

/// A line of the table of groups.
struct Line {
  const Group* group;
  const std::string* head;
  const Sample* sample;
};

std::string number(std::size_t value) { return std::to_string(value); }
std::string percent(double fraction, int digits = 2) {
  return std::isfinite(fraction) ? rounded(100 * fraction, digits) : "n/a";
}
std::string range(double low, double high) {
  return std::isfinite(low) && std::isfinite(high) ? percent(low) + " to " + percent(high) : "n/a";
}

std::string setting_text(const Study& study, const std::vector<std::string>& values) {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i].empty())
      text += (text.empty() ? "" : ", ") + study.axes[i].path + " = " + values[i];
  }
  return text;
}

std::string duration(double seconds) {
  if (!std::isfinite(seconds)) return "n/a";
  if (seconds < 120) return rounded(seconds, 1) + " s";
  if (seconds < 7200) return rounded(seconds / 60, 1) + " min";
  return rounded(seconds / 3600, 1) + " h";
}

std::string header(const Study& study) {
  std::string text = element("h1", study.pipeline.empty() ? study.id : study.pipeline);
  text += element(
      "p", std::string(study.sweep ? "Sweep " : "Run ") + study.id + ", status: " + study.status,
      "faint");
  return text + definitions(origin_of(study));
}

std::string tile(const std::string& value, const std::string& name, bool bad = false) {
  return std::string(bad ? "<li class=\"bad\"><b>" : "<li><b>") + escaped(value) + "</b>" +
         escaped(name) + "</li>\n";
}

std::string tiles(const Study& study, const std::vector<Group>& groups) {
  std::map<std::string, std::size_t> counts;
  double seconds = 0;
  for (const auto& trial : study.trials) {
    ++counts[trial.status];
    if (std::isfinite(trial.seconds)) seconds += trial.seconds;
  }
  std::string text = "<ul class=\"tiles\">\n";
  if (study.sweep) {
    text += tile(number(study.trials.size()), "trials") + tile(number(counts["ok"]), "ok") +
            tile(number(counts["failed"]), "failed", counts["failed"] > 0);
    for (const char* status : {"pruned", "interrupted", "pending"}) {
      if (counts[status] > 0) text += tile(number(counts[status]), status);
    }
  }
  std::size_t collapsed = 0;
  for (const auto& group : groups) {
    for (const auto& [id, sample] : group.heads) collapsed += sample.collapsed;
  }
  text +=
      tile(number(collapsed), collapsed == 1 ? "collapsed head" : "collapsed heads", collapsed > 0);
  return text + tile(duration(seconds), "computed in all") + "</ul>\n";
}

/// One sentence for each head: where its median is highest.
std::string best(const Study& study, const std::vector<Group>& groups) {
  std::string text;
  for (const auto& head : study.heads()) {
    const Group* top = nullptr;
    for (const auto& group : groups) {
      const auto sample = group.heads.find(head);
      if (sample == group.heads.end() || sample->second.summary.n == 0) continue;
      if (!top || sample->second.summary.median > top->heads.at(head).summary.median) top = &group;
    }
    if (!top) continue;
    const Summary& summary = top->heads.at(head).summary;
    const std::string where = setting_text(study, top->labels);
    text += element("li", head + ": " + percent(summary.median) + " %" +
                              (where.empty() ? "" : " at " + where) + " (n = " + number(summary.n) +
                              ")");
  }
  if (text.empty() || !study.sweep) return {};
  return element("p", "Highest median test accuracy:") + "<ul>\n" + text + "</ul>\n";
}

std::vector<Line> lines_of(const std::vector<Group>& groups) {
  static const std::string none;
  static const Sample nothing{{}, {}, {}, 0, summarise({})};
  std::vector<Line> lines;
  for (const auto& group : groups) {
    if (group.heads.empty()) lines.push_back({&group, &none, &nothing});
    for (const auto& [id, sample] : group.heads) lines.push_back({&group, &id, &sample});
  }
  return lines;
}

std::string group_table(const Study& study, const std::vector<Group>& groups,
                        const std::string& csv) {
  auto lines = lines_of(groups);
  HtmlTable table;
  table.caption =
      "Test accuracy in percent, by setting; seeds are grouped. n: finished runs, "
      "collapsed ones included. IQR: first to third quartile.";
  if (lines.size() > most_rows) {
    const auto median = [](const Line& line) {
      return line.sample->summary.n ? line.sample->summary.median : -1.0;
    };
    std::stable_sort(lines.begin(), lines.end(),
                     [&](const Line& a, const Line& b) { return median(a) > median(b); });
    table.caption += " The " + number(most_rows) + " of " + number(lines.size()) +
                     " lines with the highest medians; all are in " + csv + '.';
    lines.resize(most_rows);
  }
  for (const auto& axis : study.axes) table.columns.push_back(axis.path);
  table.left = study.axes.size() + 1;
  table.columns.insert(table.columns.end(), {"head", "n", "failed", "collapsed", "median",
                                             "95 % interval of the median", "mean", "IQR"});
  for (const auto& line : lines) {
    auto& row = table.rows.emplace_back(line.group->labels);
    const Summary& s = line.sample->summary;
    row.insert(row.end(),
               {*line.head, number(s.n), number(line.group->failed), number(line.sample->collapsed),
                percent(s.median), range(s.median_interval.low, s.median_interval.high),
                percent(s.mean), range(s.q1, s.q3)});
  }
  return element("h2", "Results by setting") + to_html(table) +
         element("p", std::string(interval_name) + ". IQR: " + std::string(quartile_name) + '.',
                 "faint");
}

/// "test accuracy (%)".
std::string objective_label(const Metric& objective) {
  const std::string unit = objective.unit == "share" ? "%" : objective.unit;
  return results::metric_label("test", objective) + (unit.empty() ? "" : " (" + unit + ')');
}

/// What all heads of a trial go by, or nullptr if they go by several things.
const Metric* shared_objective(const Trial& trial) {
  const Metric* shared = nullptr;
  for (const auto& [id, head] : trial.heads) {
    if (shared && shared->name != head.objective().name) return nullptr;
    shared = &head.objective();
  }
  return shared;
}

std::string run_table(const Study& study) {
  const Metric* shared = shared_objective(study.trials[0]);
  HtmlTable table{"One run with seed " + std::to_string(study.trials[0].seed) + '.',
                  {"head", shared ? objective_label(*shared) : "test objective", "test loss",
                   "collapsed", "chance (%)", "parameters", "epochs"},
                  1,
                  {}};
  for (const auto& [id, head] : study.trials[0].heads) {
    const Metric& objective = head.objective();
    const std::string value =
        !shared ? objective.name + ' ' + results::metric_text(objective, head.test_accuracy, 2)
        : objective.unit == "share" ? percent(head.test_accuracy)
                                    : rounded(head.test_accuracy, 4);
    table.rows.push_back({id, value, rounded(head.test_loss, 4), head.collapsed ? "yes" : "no",
                          percent(head.chance, 1), std::to_string(head.parameters),
                          std::to_string(head.curve.empty() ? 0 : head.curve.back().epoch)});
  }
  return element("h2", "Results") + to_html(table);
}

/// Heads of one trial saw the same data and seeds, so they are compared in pairs.
std::string head_table(const Study& study, const std::vector<Group>& groups) {
  const auto heads = study.heads();
  if (!study.sweep || heads.size() < 2 || heads.size() > 4 || groups.size() > 60) return {};
  HtmlTable table{
      "Second head against the first, in points of accuracy; runs of equal seed are "
      "paired. Interval: 95 %, percentile bootstrap of the difference of medians.",
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
        auto& row = table.rows.emplace_back(group.labels);
        row.insert(row.end(), {heads[i], heads[j], points(found.difference),
                               points(found.interval.low) + " to " + points(found.interval.high),
                               number(found.pairs), found.test.name, p_text(found.test)});
      }
    }
  }
  return table.rows.empty() ? "" : element("h2", "Heads against each other") + to_html(table);
}

std::string figures(const Study& study) {
  std::string text;
  for (const auto& figure : figures_of(study)) {
    if (figure.svg.empty()) continue;
    text += "<figure>\n" + element("h3", figure.heading) + figure.svg +
            element("figcaption", figure.caption) + "</figure>\n";
  }
  return text.empty() ? "" : element("h2", "Figures") + text;
}

std::string failures(const Study& study) {
  HtmlTable table{"", {"trial", "seed", "setting", "error", "to repeat it"}, 5, {}};
  std::size_t failed = 0;
  for (const auto& trial : study.trials) {
    if (trial.status != "failed") continue;
    if (++failed > most_failed) continue;
    table.rows.push_back({std::to_string(trial.number), std::to_string(trial.seed),
                          setting_text(study, trial.values), shortened(trial.error, 400),
                          shortened(repeat_command(study, trial), 1000)});
  }
  if (failed == 0) return {};
  table.caption = number(failed) + (failed == 1 ? " trial has failed." : " trials have failed.");
  if (failed > most_failed) table.caption += " The first " + number(most_failed) + " are shown.";
  return element("h2", "Failed trials") + to_html(table);
}

std::string pipeline_text(const Study& study) {
  const auto file = study.folder / "pipeline.toml";
  if (!std::filesystem::exists(file)) return {};
  const std::string text = read_file(file);
  std::string lines;  // escaped() keeps to one line
  std::size_t begin = 0;
  while (begin < std::min(text.size(), most_text)) {
    const auto end = std::min(text.find('\n', begin), text.size());
    lines += escaped(text.substr(begin, end - begin)) + '\n';
    begin = end + 1;
  }
  if (text.size() > most_text) lines += "...\n";
  return "<details><summary>The pipeline as given</summary>\n<pre tabindex=\"0\">" + lines +
         "</pre></details>\n";
}

}  // namespace

std::string report_page(const Study& study, const std::vector<Group>& groups,
                        const std::string& table) {
  std::string body = header(study) + tiles(study, groups) + best(study, groups);
  if (!study.sweep && !study.trials[0].error.empty()) {
    body += element("p", "The run ended with: " + study.trials[0].error);
  }
  const std::string tables = (study.sweep ? group_table(study, groups, table) : run_table(study)) +
                             head_table(study, groups);
  // A table of several screens would hide the figures below it.
  const bool figures_first = groups.size() > 40;
  body += figures_first ? figures(study) + tables : tables + figures(study);
  body += failures(study) + pipeline_text(study);
  body +=
      element("p", "The numbers of every group are in " + table + " beside this page.", "faint");
  return html_page((study.pipeline.empty() ? study.id : study.pipeline) + ": report", body);
}

}  // namespace glia::report
