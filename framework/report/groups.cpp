// SPDX-License-Identifier: MIT
#include "report/groups.hpp"

#include "core/text.hpp"
#include "report/judging.hpp"
#include "report/tolerance.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

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
    const auto measured = [&, &run = head](Measured& on, double value) {
      if (!std::isfinite(value)) return;
      on.values.push_back(value);
      on.seeds.push_back(trial.seed);
      on.runs.push_back(&run);
      on.collapsed += run.collapsed;
    };
    measured(sample.test, head.test_accuracy);
    measured(sample.validation, head.validation_accuracy);
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
      sample.test.summary = summarise(sample.test.values, intervals);
      sample.validation.summary = summarise(sample.validation.values, false);
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

std::vector<std::string> splits_of(const std::vector<Group>& groups) {
  for (const auto& group : groups) {
    for (const auto& [id, sample] : group.heads) {
      if (sample.validation.summary.n > 0) return {"validation", "test"};
    }
  }
  return {"test"};
}

double median_of_metric(const Sample& sample, const std::string& split, const std::string& metric) {
  const auto& runs = sample.test.runs;
  if (!runs.empty() && runs.front()->objective().name == metric)
    return sample.on(split).summary.median;
  std::vector<double> values;
  for (const auto* run : sample.test.runs) {
    const auto of_split = run->metrics.find(split);
    if (of_split == run->metrics.end()) continue;
    const auto value = of_split->second.find(metric);
    if (value == of_split->second.end() || !std::isfinite(value->second)) continue;
    values.push_back(value->second);
  }
  return median_of(std::move(values));
}

std::vector<std::string> metrics_of(const std::vector<Group>& groups) {
  std::set<std::string> names;
  for (const auto& group : groups) {
    for (const auto& [id, sample] : group.heads) {
      for (const auto* run : sample.test.runs) {
        for (const auto& [split, values] : run->metrics) {
          for (const auto& [name, value] : values) names.insert(name);
        }
      }
    }
  }
  return {names.begin(), names.end()};
}

std::string groups_csv(const Study& study, const std::vector<Group>& groups) {
  std::string text;
  const auto more = metrics_of(groups);
  const auto splits = splits_of(groups);
  for (const auto& axis : study.axes) text += csv_field(axis.path) + ',';
  text +=
      "head,trials,ok,failed,pruned,unfinished,n,collapsed,median,median_low_95,median_high_95,"
      "mean,q1,q3,iqr,min,max,measured,validation_median,validation_q1,validation_q3";
  for (const auto& split : splits) {
    for (const auto& name : more) text += ',' + csv_field(fmt::format("{}_{}_median", split, name));
  }
  text += '\n';
  const std::string nothing(splits.size() * more.size(), ',');
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
    if (group.heads.empty())
      text += fmt::format("{}{},0,0,,,,,,,,,,,,,{}\n", start, counts, nothing);
    for (const auto& [id, sample] : group.heads) {
      const Summary &s = sample.test.summary, &v = sample.validation.summary;
      const Interval between = told_interval(s);
      text += start + csv_field(id) + counts + ',' + std::to_string(s.n) + ',' +
              std::to_string(sample.test.collapsed);
      for (const double value :
           {s.median, between.low, between.high, s.mean, s.q1, s.q3, s.q3 - s.q1, s.low, s.high}) {
        text += ',' + shortest(value);
      }
      text += ",test_" + key_of(sample.test.runs.front()->objective());
      for (const double value : {v.median, v.q1, v.q3}) text += ',' + shortest(value);
      for (const auto& split : splits) {
        for (const auto& name : more) text += ',' + shortest(median_of_metric(sample, split, name));
      }
      text += '\n';
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
  rows[0].insert(rows[0].end(), {actor_of(study), "n"});
  for (const auto& [name, count] : states) rows[0].push_back(name);
  rows[0].push_back("collapsed");
  const auto splits = splits_of(groups);
  for (const auto& split : splits) {
    rows[0].insert(rows[0].end(), {split + " median", split + " IQR"});
  }
  for (const auto& group : groups) {
    const auto row = [&](const std::string& id, const Sample& sample) {
      if (rows.size() > most) return void(++left_out);
      auto& cells = rows.emplace_back(group.labels);
      cells.insert(cells.end(), {one_line(id), std::to_string(sample.test.summary.n)});
      for (const auto& [name, count] : states) cells.push_back(std::to_string(group.*count));
      cells.push_back(std::to_string(sample.test.collapsed));
      // Shares in per cent, as on the page and in the lines of a run.
      const auto& runs = sample.test.runs;
      const Metric metric = runs.empty() ? Metric{} : runs.front()->objective();
      const auto text = [&](double value) { return number_text(metric, value); };
      for (const auto& split : splits) {
        const Summary& s = sample.on(split).summary;
        cells.insert(
            cells.end(),
            {text(s.median), s.n > 1 ? fmt::format("{} to {}", text(s.q1), text(s.q3)) : "n/a"});
      }
    };
    if (group.heads.empty()) row("-", Sample{});
    for (const auto& [id, sample] : group.heads) row(id, sample);
  }
  std::string text = aligned(rows, study.axes.size() + 1);
  if (left_out) text += fmt::format("... and {} more lines in the CSV\n", left_out);
  const Metric metric = objective_of(study, study.heads());
  return fmt::format(
      "{}{}; n = finished runs, collapsed ones included; IQR = first to third quartile\n", text,
      heading_of(fmt::format("{}", fmt::join(splits, " and ")), metric));
}

}  // namespace glia::report
