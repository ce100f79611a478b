// SPDX-License-Identifier: MIT
// Figures of what happens inside networks: damage to their weights, what their rows carry.
#include "core/text.hpp"
#include "report/curve_figure.hpp"
#include "report/damage_figure.hpp"
#include "report/heat_map.hpp"
#include "report/judging.hpp"
#include "report/row_figure.hpp"
#include "report/study_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace glia::report {
namespace {

constexpr std::size_t most_settings = 7;

/// A line for every sample: accuracy against level of one kind of damage.
struct DamageCurves {
  const Study& study;
  std::string kind;
  CurveFigure figure;
  std::size_t draws = 0;  ///< at the level with the most

  DamageCurves(const Study& study, std::string of_kind) : study(study), kind(std::move(of_kind)) {
    figure.x_label = damage_label(kind);
    figure.whole = false;
    figure.description = "Line: median over the draws. Band: first to third quartile.";
  }

  void add(const std::string& name, const Sample* sample, std::size_t color, std::string shade) {
    if (!sample) return;
    CurveSeries series{name, {}, color, std::move(shade), Stroke::solid};
    for (const auto& level : damage_levels(sample->test.runs, kind)) {
      draws = std::max(draws, level.n);
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
    const std::string of = basis("test", draws, "draw", "median and quartiles at each level");
    figure.title = titled(heading, of);
    figure.chance = chance_of(study, heads);
    into.push_back(
        {.heading = heading,
         .of = of,
         .svg = draw_curves(figure).embedded(),
         .caption = fmt::format(
             "{}The {} of trained networks against the level of damage to their weights. Line: "
             "median over all draws{}. Band: interquartile range (first to third quartile).",
             what, figure.y_label, study.sweep ? " of all runs" : ""),
         .numbers = numbers_of(figure)});
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
    const Levels levels = levels_of(study, 0, most_settings);
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

std::vector<PageFigure> row_figures(const Study& study) {
  std::vector<PageFigure> figures;
  if (study.sweep) return figures;
  for (const auto& [id, head] : study.trials.at(0).heads) {
    if (head.rows.empty() || head.row_epochs.empty()) continue;
    results::Results alone;
    alone.heads[id] = head;
    figures.push_back(
        {.heading = "Rows of cells: " + id,
         .of = rows_basis(),
         .svg = draw_heat_map(row_map(head, id, false)).embedded() +
                draw_heat_map(row_map(head, id, true)).embedded(),
         .caption =
             "Root mean square over the first test samples and the cells of a row, after every "
             "epoch: "
             "the "
             "signal, each cell about its mean, and the gradient of a sample's loss. Rows from the "
             "encoder's on, with their cells.",
         .numbers = rows_csv(alone)});
  }
  return figures;
}

}  // namespace glia::report
