// SPDX-License-Identifier: MIT
#include "report/damage_figure.hpp"

#include "core/text.hpp"
#include "report/chart.hpp"
#include "report/judging.hpp"
#include "report/run_figure.hpp"
#include "report/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>

namespace glia::report {
namespace {

constexpr std::array kinds{"weight_noise", "weight_loss"};

/// A head that was damaged in one way.
struct Series {
  std::string head;
  std::size_t color;
  std::vector<DamageLevel> levels;
};

std::vector<Series> series_of(const results::Results& results, const std::string& kind) {
  std::vector<Series> all;
  std::size_t place = 0;
  for (const auto& [id, head] : results.heads) {
    auto levels = damage_levels({&head}, kind);
    if (!levels.empty()) all.push_back({id, place, std::move(levels)});
    ++place;
  }
  return all;
}

}  // namespace

std::vector<DamageLevel> damage_levels(const std::vector<const results::HeadResult*>& runs,
                                       const std::string& kind) {
  std::map<double, std::vector<double>> by_level;
  for (const auto* run : runs) {
    for (const auto& damage : run->damage) {
      if (damage.kind != kind) continue;
      auto& all = by_level[damage.level];
      std::copy_if(damage.accuracies.begin(), damage.accuracies.end(), std::back_inserter(all),
                   [](double accuracy) { return std::isfinite(accuracy); });
    }
  }
  std::vector<DamageLevel> levels;
  for (auto& [level, all] : by_level) {
    if (all.empty()) continue;
    std::sort(all.begin(), all.end());
    levels.push_back({level, all.size(), quantile(all, 0.5), quantile(all, 0.25),
                      quantile(all, 0.75), all.front(), all.back()});
  }
  return levels;
}

std::string damage_label(const std::string& kind) {
  return kind == "weight_noise" ? "noise added to every weight (standard deviation)"
                                : "weights lost (probability)";
}

std::string damage_levels_csv(const results::Results& results) {
  std::string text;
  for (const char* kind : kinds) {
    std::size_t number = 0;
    for (const Series& series : series_of(results, kind)) {
      ++number;
      for (const DamageLevel& l : series.levels) {
        text += std::string(kind) + ',' + std::to_string(number) + ',' + shortest(l.level) + ',' +
                std::to_string(l.n) + ',' + shortest(l.median) + ',' + shortest(l.q1) + ',' +
                shortest(l.q3) + ',' + shortest(l.lowest) + ',' + shortest(l.highest) + ',' +
                csv_field(one_line(series.head)) + '\n';
      }
    }
  }
  return text.empty() ? text : "kind,series,level,draws,median,q1,q3,lowest,highest,head\n" + text;
}

std::string damage_chart(const results::Results& results, const std::string& title) {
  const Metric metric = shared_objective(results);
  const double scale = metric.unit == "share" ? 100 : 1;
  std::vector<ChartPanel> panels;
  std::size_t draws = 0;
  for (const char* kind : kinds) {
    const auto all = series_of(results, kind);
    if (all.empty()) continue;
    ChartPanel panel{.x_label = damage_label(kind), .y_label = heading_of("test", metric)};
    if (scale > 1) panel.low = 0, panel.high = 100;
    for (const Series& series : all) {
      ChartSeries line{.name = shortened(one_line(series.head), 30), .color = series.color};
      for (const DamageLevel& l : series.levels) {
        line.points.emplace_back(l.level, scale * l.median);
        line.band.emplace_back(scale * l.q1, scale * l.q3);
        line.ends.emplace_back(scale * l.lowest, scale * l.highest);
        draws = std::max(draws, l.n);
      }
      panel.chance = 100 * results.heads.at(series.head).chance;
      panel.series.push_back(std::move(line));
    }
    panels.push_back(std::move(panel));
  }
  return chart(
      shortened(one_line(title), 60) + ": damaged weights",
      fmt::format("{}, n = {} draws a level; line: median, band: quartiles, dashed: lowest and "
                  "highest",
                  tested_on(results), draws),
      panels);
}

}  // namespace glia::report
