// SPDX-License-Identifier: MIT
#include "report/groups.hpp"

#include "core/text.hpp"
#include "report/judging.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace glia::report {
namespace {

void count(const Trial& trial, Group& group) {
  ++group.trials;
  if (trial.status == "ok")
    ++group.ok;
  else if (trial.status == "failed")
    ++group.failed;
  else if (trial.status == "pruned")
    ++group.pruned;
  else
    ++group.unfinished;
}

void add(const Trial& trial, Group& group) {
  count(trial, group);
  if (trial.status != "ok") return;
  for (const auto& [id, head] : trial.heads) {
    if (!std::isfinite(head.test_accuracy)) continue;
    Sample& sample = group.heads[id];
    sample.accuracies.push_back(head.test_accuracy);
    sample.seeds.push_back(trial.seed);
    sample.runs.push_back(&head);
    sample.collapsed += head.collapsed;
  }
}

/// Bins hold equal numbers of distinct values and are named by their ends.
void make_bins(const Axis& axis, std::size_t most, Levels& levels) {
  levels.binned = true;
  const std::size_t n = axis.values.size();
  const auto name = [&](std::size_t i) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", *as_number(axis.values[i]));
    return std::string(text);
  };
  for (std::size_t bin = 0; bin < most; ++bin) {
    const std::size_t first = bin * n / most, end = (bin + 1) * n / most;
    levels.labels.push_back(end - first > 1 ? fmt::format("{} to {}", name(first), name(end - 1))
                                            : name(first));
    for (std::size_t i = first; i < end; ++i) levels.level_of[axis.values[i]] = bin;
  }
}

}  // namespace

Levels levels_of(const Study& study, std::size_t index, std::size_t most) {
  const Axis& axis = study.axes[index];
  Levels levels{axis.path, {}, {}, false, axis.numeric};
  if (axis.numeric && axis.values.size() > most) {
    make_bins(axis, most, levels);
  } else if (axis.values.size() > most) {
    levels.labels.assign(axis.values.begin(), axis.values.begin() + static_cast<int>(most) - 1);
    levels.labels.push_back("all other values");
    for (std::size_t i = 0; i < axis.values.size(); ++i) {
      levels.level_of[axis.values[i]] = std::min(i, most - 1);
    }
  } else {
    for (const auto& value : axis.values) {
      levels.level_of[value] = levels.labels.size();
      levels.labels.push_back(value);
    }
  }
  return levels;
}

std::vector<Group> group_trials(const Study& study, const std::vector<Levels>& by, bool intervals) {
  std::vector<std::size_t> places;
  for (const auto& levels : by) {
    const auto at = std::find_if(study.axes.begin(), study.axes.end(),
                                 [&](const Axis& axis) { return axis.path == levels.path; });
    places.push_back(static_cast<std::size_t>(at - study.axes.begin()));
  }
  std::map<std::vector<std::size_t>, Group> groups;
  for (const auto& trial : study.trials) {
    std::vector<std::size_t> key;
    std::vector<std::string> labels;
    for (std::size_t i = 0; i < by.size(); ++i) {
      const auto level = by[i].level_of.find(trial.values[places[i]]);
      const bool known = level != by[i].level_of.end();
      key.push_back(known ? level->second : by[i].labels.size());
      labels.push_back(known ? by[i].labels[level->second] : "");
    }
    Group& group = groups[key];
    group.labels = std::move(labels);
    add(trial, group);
  }
  std::vector<Group> ordered;
  for (auto& [key, group] : groups) {
    for (auto& [id, sample] : group.heads) {
      sample.summary = summarise(sample.accuracies, intervals);
      std::vector<double> validated;
      for (const auto* run : sample.runs) {
        if (std::isfinite(run->validation_accuracy)) validated.push_back(run->validation_accuracy);
      }
      if (!validated.empty()) sample.validation_median = median_of(std::move(validated));
    }
    ordered.push_back(std::move(group));
  }
  return ordered;
}

std::vector<Group> group_trials(const Study& study) {
  std::vector<Levels> all;
  for (std::size_t i = 0; i < study.axes.size(); ++i) {
    all.push_back(levels_of(study, i, study.axes[i].values.size()));
  }
  return group_trials(study, all);
}

bool has_validation(const std::vector<Group>& groups) {
  for (const auto& group : groups) {
    for (const auto& [id, sample] : group.heads) {
      if (std::isfinite(sample.validation_median)) return true;
    }
  }
  return false;
}

std::string groups_csv(const Study& study, const std::vector<Group>& groups) {
  std::string text;
  for (const auto& axis : study.axes) text += csv_field(axis.path) + ',';
  text +=
      "head,trials,ok,failed,pruned,unfinished,n,collapsed,median,median_low_95,median_high_95,"
      "mean,q1,q3,iqr,min,max,measured,validation_median\n";
  for (const auto& group : groups) {
    std::string start;
    for (const auto& label : group.labels) start += csv_field(label) + ',';
    const auto counts = [&] {
      std::string all;
      for (const auto number :
           {group.trials, group.ok, group.failed, group.pruned, group.unfinished}) {
        all += ',' + std::to_string(number);
      }
      return all;
    }();
    if (group.heads.empty()) text += fmt::format("{}{},0,0,,,,,,,,,,,\n", start, counts);
    for (const auto& [id, sample] : group.heads) {
      const Summary& s = sample.summary;
      text += start + csv_field(id) + counts + ',' + std::to_string(s.n) + ',' +
              std::to_string(sample.collapsed);
      for (const double value : {s.median, s.median_interval.low, s.median_interval.high, s.mean,
                                 s.q1, s.q3, s.q3 - s.q1, s.low, s.high}) {
        text += ',' + shortest(value);
      }
      text += fmt::format(",test_{},{}\n", sample.runs.front()->objective().name,
                          shortest(sample.validation_median));
    }
  }
  return text;
}

std::string groups_text(const Study& study, const std::vector<Group>& groups, std::size_t most) {
  std::vector<std::vector<std::string>> rows(1);
  std::size_t left_out = 0;
  std::vector<std::pair<const char*, std::size_t Group::*>> states{{"failed", &Group::failed}};
  for (const auto& rare :
       {std::pair("pruned", &Group::pruned), {"unfinished", &Group::unfinished}}) {
    if (std::any_of(groups.begin(), groups.end(),
                    [&](const auto& group) { return group.*rare.second > 0; })) {
      states.push_back(rare);
    }
  }
  for (const auto& axis : study.axes) rows[0].push_back(one_line(axis.path));
  rows[0].insert(rows[0].end(), {"head", "n"});
  for (const auto& [name, count] : states) rows[0].push_back(name);
  const bool validated = has_validation(groups);
  rows[0].push_back("collapsed");
  if (validated) rows[0].push_back("validation median");
  rows[0].insert(rows[0].end(), {"test median", "mean", "IQR"});
  for (const auto& group : groups) {
    const auto row = [&](const std::string& id, const Sample& sample) {
      if (rows.size() > most) return void(++left_out);
      auto& cells = rows.emplace_back(group.labels);
      const Summary& s = sample.summary;
      cells.insert(cells.end(), {one_line(id), std::to_string(s.n)});
      for (const auto& [name, count] : states) cells.push_back(std::to_string(group.*count));
      cells.push_back(std::to_string(sample.collapsed));
      // Shares in per cent, as on the page and in the lines of a run.
      const Metric metric = sample.runs.empty() ? Metric{} : sample.runs.front()->objective();
      const auto text = [&](double value) { return number_text(metric, value); };
      if (validated) cells.push_back(text(sample.validation_median));
      cells.insert(cells.end(),
                   {text(s.median), text(s.mean),
                    s.n > 1 ? fmt::format("{} to {}", text(s.q1), text(s.q3)) : "n/a"});
    };
    if (group.heads.empty()) row("-", Sample{{}, {}, {}, 0, summarise({}), results::unknown});
    for (const auto& [id, sample] : group.heads) row(id, sample);
  }
  std::string text = aligned(rows, study.axes.size() + 1);
  if (left_out) text += fmt::format("... and {} more lines in the CSV\n", left_out);
  const Metric metric = objective_of(study, study.heads());
  return fmt::format(
      "{}{}; n = finished runs, collapsed ones included; IQR = first to third quartile\n", text,
      heading_of("test", metric));
}

}  // namespace glia::report
