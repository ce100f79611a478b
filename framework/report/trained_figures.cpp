// SPDX-License-Identifier: MIT
// Figures of what happens inside networks: damage to their weights, what their rows carry.
#include "core/text.hpp"
#include "report/curve_figure.hpp"
#include "report/damage_figure.hpp"
#include "report/heat_map.hpp"
#include "report/judging.hpp"
#include "report/study_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace glia::report {
namespace {

constexpr std::size_t most_lines = 7, most_epochs = 60;

/// A line for every sample: accuracy against level of one kind of damage.
struct DamageCurves {
  const Study& study;
  std::string kind;
  CurveFigure figure;

  DamageCurves(const Study& study, std::string of_kind) : study(study), kind(std::move(of_kind)) {
    figure.x_label = damage_label(kind);
    figure.whole = false;
    figure.description = "Line: median over the draws. Band: first to third quartile.";
  }

  void add(const std::string& name, const Sample* sample, std::size_t color, std::string shade) {
    if (!sample) return;
    CurveSeries series{name, {}, color, std::move(shade), false};
    for (const auto& level : damage_levels(sample->runs, kind)) {
      series.points.push_back({level.level, level.median, level.q1, level.q3, level.n});
    }
    if (!series.points.empty()) figure.series.push_back(std::move(series));
  }

  void draw(const std::string& heading, const std::vector<std::string>& heads,
            const std::string& what, std::vector<PageFigure>& into) {
    if (figure.series.empty()) return;
    const Metric metric = objective_of(study, heads);
    figure.y_label = heading_of("test", metric);
    figure.percent = metric.unit == "share";
    figure.title = heading;
    figure.chance = chance_of(study, heads);
    into.push_back(
        {heading, draw_curves(figure).embedded(),
         fmt::format(
             "{}The {} of trained networks against the level of damage to their weights. Line: "
             "median over all draws{}. Band: interquartile range (first to third quartile).",
             what, figure.y_label, study.sweep ? " of all runs" : "")});
  }
};

}  // namespace

std::vector<PageFigure> damage_figures(const Study& study, const std::vector<std::string>& heads) {
  std::vector<PageFigure> figures;
  for (const std::string kind : {"weight_noise", "weight_loss"}) {
    const std::string heading = kind == "weight_noise" ? "Noise on weights" : "Loss of weights";
    if (study.axes.empty()) {
      DamageCurves curves(study, kind);
      const auto groups = group_trials(study, std::vector<Levels>{}, false);
      for (std::size_t h = 0; h < heads.size() && !groups.empty(); ++h) {
        curves.add(heads[h], sample_of(groups[0], heads[h]), h, "");
      }
      curves.draw(heading, heads, "", figures);
      continue;
    }
    const Levels levels = levels_of(study, 0, most_lines);
    const auto groups = group_trials(study, {levels}, false);
    for (const auto& head : heads) {
      DamageCurves curves(study, kind);
      for (std::size_t i = 0; i < groups.size(); ++i) {
        curves.add(label_of(groups[i].labels[0]), sample_of(groups[i], head), i,
                   level_shade(levels, i, groups.size()));
      }
      curves.draw(fmt::format("{}: {}", heading, head), {head},
                  fmt::format("Lines: {}. ", levels.path), figures);
    }
  }
  return figures;
}

namespace {

/// One of the two numbers of every row, epoch by epoch; colours by their order of magnitude.
HeatMap row_map(const results::HeadResult& head, const std::string& id, bool gradient) {
  HeatMap map;
  map.title = (gradient ? "Gradient" : "Signal") + (" of the rows of " + id);
  map.heading = gradient ? "gradient" : "signal";
  map.x_label = "epoch";
  map.y_label = "row";
  map.flat = true;
  const std::size_t epochs = head.row_epochs.size(), taken = std::min(most_epochs, epochs);
  const auto numbers = [&](std::size_t i) -> const results::RowEpoch& {
    return head.row_epochs[taken > 1 ? i * (epochs - 1) / (taken - 1) : 0];
  };
  double low = INFINITY, high = 0;
  const auto each = [&](const auto& use) {
    for (std::size_t c = 0; c < taken; ++c) {
      const auto& values = gradient ? numbers(c).gradient : numbers(c).signal;
      for (std::size_t r = 0; r < values.size(); ++r) use(r, c, values[r]);
    }
  };
  each([&](std::size_t, std::size_t, double value) {
    if (value > 0 && std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
  });
  if (!(low <= high)) low = high = 1;
  low = std::max(low, high * 1e-6);
  for (std::size_t c = 0; c < taken; ++c) map.columns.push_back(std::to_string(numbers(c).epoch));
  map.every_column = std::max<std::size_t>(1, (taken + 11) / 12);
  for (const auto& row : head.rows) {
    map.rows.push_back(fmt::format("{}, {}", row.step, row.cells));
  }
  each([&](std::size_t r, std::size_t c, double value) {
    const double share =
        high > low ? std::log(std::max(value, low) / low) / std::log(high / low) : 0.5;
    map.cells[{r, c}] = {
        share, "", "",
        fmt::format("{} cells, epoch {}: {}", map.rows[r], map.columns[c], shortest(value))};
  });
  char text[2][24];
  std::snprintf(text[0], sizeof text[0], "%.2g", low);
  std::snprintf(text[1], sizeof text[1], "%.2g", high);
  map.low = text[0];
  map.high = text[1];
  map.scale_label = "logarithmic";
  map.description = map.title + ": a row of cells per line, an epoch per column.";
  return map;
}

}  // namespace

std::vector<PageFigure> row_figures(const Study& study) {
  std::vector<PageFigure> figures;
  if (study.sweep) return figures;
  for (const auto& [id, head] : study.trials.at(0).heads) {
    if (head.rows.empty() || head.row_epochs.empty()) continue;
    figures.push_back(
        {"Rows of cells: " + id,
         draw_heat_map(row_map(head, id, false)).embedded() +
             draw_heat_map(row_map(head, id, true)).embedded(),
         "Root mean square over the first test samples and the cells of a row, after every epoch: "
         "the "
         "signal, each cell about its mean, and the gradient of a sample's loss. Rows from the "
         "encoder's on, with their cells."});
  }
  return figures;
}

}  // namespace glia::report
