// SPDX-License-Identifier: MIT
#include "report/reproduction_figure.hpp"

#include "core/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace glia::report {
namespace {

bool is_collapsed(const Published& published, double run) {
  return std::abs(run - published.collapsed_at) < 5e-5;
}

Bar bar_here(const ReproducedValue& value) {
  Bar bar{{}, results::unknown, 0, 0};
  if (!value.ours) return bar;
  bar.median = value.ours->test.summary.median;
  bar.n = value.ours->test.summary.n;
  bar.collapsed = value.ours->test.collapsed;
  for (std::size_t i = 0; i < value.ours->test.runs.size(); ++i) {
    bar.dots.push_back({value.ours->test.values[i], value.ours->test.runs[i]->collapsed,
                        fmt::format("seed {}: {} %", value.ours->test.seeds[i],
                                    rounded(100 * value.ours->test.values[i], 2))});
  }
  return bar;
}

Bar bar_published(const Published& published, const ReproducedValue& value) {
  Bar bar{{}, results::unknown, 0, 0};
  if (!value.theirs) return bar;
  // Where no more than a mean was published, it is that.
  const bool known = std::isfinite(value.theirs->median);
  bar.median = known ? value.theirs->median : value.theirs->mean;
  bar.n = value.theirs->n;
  for (const double run : value.theirs->runs) {
    const bool collapsed = is_collapsed(published, run);
    bar.dots.push_back({run, collapsed, fmt::format("published: {} %", rounded(100 * run, 2))});
    bar.collapsed += collapsed;
  }
  return bar;
}

bool has_published(const Reproduction& reproduction, const std::string& series) {
  return std::any_of(
      reproduction.values.begin(), reproduction.values.end(),
      [&](const ReproducedValue& value) { return value.theirs && value.series == series; });
}

double chance_of(const Reproduction& reproduction) {
  double chance = results::unknown;
  for (const auto& value : reproduction.values) {
    if (!value.ours) continue;
    for (const auto* run : value.ours->test.runs) chance = run->chance;
  }
  return chance;
}

/// One group per network, two bars each.
void by_network(const Published& published, const Reproduction& reproduction, BarFigure& figure) {
  figure.series = {{"here", 0, false}};
  const bool compared =
      std::any_of(reproduction.values.begin(), reproduction.values.end(),
                  [&](const auto& value) { return has_published(reproduction, value.series); });
  if (compared) figure.series.push_back({"published", 0, true});
  for (const auto& value : reproduction.values) {
    auto& group = figure.groups.emplace_back(BarGroup{value.series, {bar_here(value)}});
    if (compared) group.bars.push_back(bar_published(published, value));
  }
}

/// One group per level; a bar for each network here and, where anything was published, one more.
void by_level(const Published& published, const Reproduction& reproduction, BarFigure& figure) {
  std::vector<std::string> levels;
  for (const auto& value : reproduction.values) {
    if (std::find(levels.begin(), levels.end(), value.at) == levels.end()) {
      levels.push_back(value.at);
    }
  }
  std::stable_sort(levels.begin(), levels.end(), [](const auto& a, const auto& b) {
    return as_number(a).value_or(INFINITY) < as_number(b).value_or(INFINITY);
  });
  for (const auto& level : levels) figure.groups.push_back({level, {}});
  std::size_t color = 0;
  for (const auto& series : reproduction.experiment->series) {
    const bool compared = has_published(reproduction, series.name);
    figure.series.push_back({series.name + (compared ? ", here" : ""), color, false});
    if (compared) figure.series.push_back({series.name + ", published", color, true});
    ++color;
    for (auto& group : figure.groups) {
      const auto at = std::find_if(
          reproduction.values.begin(), reproduction.values.end(),
          [&](const auto& v) { return v.series == series.name && v.at == group.label; });
      const bool known = at != reproduction.values.end();
      group.bars.push_back(known ? bar_here(*at) : Bar{{}, results::unknown, 0, 0});
      if (compared) {
        group.bars.push_back(known ? bar_published(published, *at)
                                   : Bar{{}, results::unknown, 0, 0});
      }
    }
  }
}

}  // namespace

BarFigure reproduction_figure(const Published& published, const Reproduction& reproduction) {
  BarFigure figure;
  figure.title = figure.heading = reproduction.experiment->title;
  figure.chance = chance_of(reproduction);
  figure.y_label = reproduction.experiment->measure + " (%)";
  const std::string& axis = reproduction.experiment->axis;
  if (axis.empty()) {
    by_network(published, reproduction, figure);
  } else {
    figure.x_label = axis;
    by_level(published, reproduction, figure);
  }
  return figure;
}

std::string reproduction_csv(const Published& published, const Reproduction& reproduction) {
  std::string text = "experiment,series,at,origin,what,seed,test_accuracy,collapsed\n";
  for (const auto& value : reproduction.values) {
    const std::string start = csv_field(reproduction.experiment->id) + ',' +
                              csv_field(value.series) + ',' + csv_field(value.at) + ',';
    const auto line = [&](const char* origin, const char* what, const std::string& seed,
                          double accuracy, const char* collapsed) {
      if (!std::isfinite(accuracy)) return;
      text += start + origin + ',' + what + ',' + seed + ',' + shortest(accuracy) + ',' +
              collapsed + '\n';
    };
    for (std::size_t i = 0; value.ours && i < value.ours->test.runs.size(); ++i) {
      line("here", "run", std::to_string(value.ours->test.seeds[i]), value.ours->test.values[i],
           value.ours->test.runs[i]->collapsed ? "true" : "false");
    }
    if (!value.theirs) continue;
    for (const double run : value.theirs->runs) {
      line("published", "run", "", run, is_collapsed(published, run) ? "true" : "false");
    }
    line("published", "median", "", value.theirs->median, "");
    line("published", "mean", "", value.theirs->mean, "");
  }
  return text;
}

}  // namespace glia::report
