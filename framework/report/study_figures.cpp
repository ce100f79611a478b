// SPDX-License-Identifier: MIT
#include "report/study_figures.hpp"

#include "core/text.hpp"
#include "report/bar_figure.hpp"
#include "report/curve_figure.hpp"
#include "report/damage_figure.hpp"
#include "report/heat_map.hpp"

#include <algorithm>
#include <cmath>

namespace glia::report {
namespace {

constexpr std::size_t most_levels = 24, most_dots = 2400, most_heads = 4, most_axes = 6;
constexpr std::size_t most_epochs = 60, most_lines = 7, most_pairs = 3;

std::string percent(double value) { return rounded(100 * value, 2) + " %"; }

Bar bar_of(const Sample* sample) {
  Bar bar{{}, results::unknown, 0, 0};
  if (!sample) return bar;
  bar.median = sample->summary.median;
  bar.n = sample->summary.n;
  bar.collapsed = sample->collapsed;
  for (std::size_t i = 0; i < sample->runs.size(); ++i) {
    bar.dots.push_back(
        {sample->accuracies[i], sample->runs[i]->collapsed,
         "seed " + std::to_string(sample->seeds[i]) + ": " + percent(sample->accuracies[i])});
  }
  return bar;
}

const Sample* sample_of(const Group& group, const std::string& head) {
  const auto found = group.heads.find(head);
  return found == group.heads.end() ? nullptr : &found->second;
}

/// The level of chance that all heads share; NaN if they do not.
double chance_of(const Study& study, const std::vector<std::string>& heads) {
  double chance = results::unknown;
  for (const auto& trial : study.trials) {
    for (const auto& id : heads) {
      const auto head = trial.heads.find(id);
      if (head == trial.heads.end() || !std::isfinite(head->second.chance)) continue;
      if (std::isfinite(chance) && std::abs(chance - head->second.chance) > 1e-9)
        return results::unknown;
      chance = head->second.chance;
    }
  }
  return chance;
}

std::string label_of(const std::string& label) { return label.empty() ? "none" : label; }

/// "sigma" of "network.matrix.pattern.leak.sigma" is enough above a figure.
std::string short_path(const std::string& path) {
  const auto dot = path.rfind('.');
  return dot == std::string::npos ? path : path.substr(dot + 1);
}

std::string thinning(std::size_t runs) {
  return runs > most_dots ? " Dots are thinned out evenly to " + std::to_string(most_dots) +
                                " of " + std::to_string(runs) + "."
                          : "";
}

PageFigure bars(const Study& study, const std::vector<std::string>& heads, const Levels* levels) {
  BarFigure figure;
  figure.title = "Test accuracy" + (levels ? " by " + levels->path : std::string());
  figure.x_label = levels ? levels->path : "";
  figure.chance = chance_of(study, heads);
  const auto groups =
      group_trials(study, levels ? std::vector{*levels} : std::vector<Levels>{}, false);
  std::size_t runs = 0;
  for (std::size_t h = 0; h < heads.size(); ++h) figure.series.push_back({heads[h], h, false});
  for (const auto& group : groups) {
    BarGroup added{levels ? label_of(group.labels[0]) : "", {}};
    for (const auto& head : heads) {
      added.bars.push_back(bar_of(sample_of(group, head)));
      runs += added.bars.back().n;
    }
    figure.groups.push_back(std::move(added));
  }
  std::string caption = bar_caption(figure) + thinning(runs);
  if (levels && levels->binned) caption += " Values are binned, equally many to a bin.";
  if (levels && study.axes.size() > 1) caption += " Runs of all other axes are pooled.";
  return {levels ? "Accuracy by " + short_path(levels->path) : "Accuracy",
          draw_bars(figure, most_dots).embedded(), caption};
}

/// For levels of a number: along a scale, so that their order shows.
std::string level_shade(const Levels& levels, std::size_t index, std::size_t count) {
  if (!levels.numeric || count < 3) return {};
  // From cool to warm, each to be seen on white and on near-black.
  constexpr std::string_view shades[] = {"#4f9fe0", "#3a86c8", "#2b9a8c", "#55a04f",
                                         "#a3962a", "#d0812d", "#cf5639"};
  return std::string(shades[index * (std::size(shades) - 1) / (count - 1)]);
}

PageFigure level_curves(const Study& study, const std::string& head, const Levels& levels) {
  CurveFigure figure;
  figure.title = "Learning curves of " + head;
  figure.heading = head;
  figure.y_label = "test accuracy (%)";
  figure.percent = true;
  figure.chance = chance_of(study, {head});
  const auto groups = group_trials(study, {levels}, false);
  const std::size_t lines = std::min(most_lines, groups.size());
  for (std::size_t i = 0; i < lines; ++i) {
    const auto at = lines > 1 ? i * (groups.size() - 1) / (lines - 1) : 0;
    const Sample* sample = sample_of(groups[at], head);
    if (!sample) continue;
    figure.series.push_back({label_of(groups[at].labels[0]),
                             band_of(*sample, Measure::test_accuracy, most_epochs), i,
                             level_shade(levels, i, lines), false});
  }
  std::string caption = "Lines: " + levels.path +
                        "; the median over its runs at every epoch. Band: interquartile range "
                        "(first to third quartile).";
  if (lines < groups.size()) {
    caption +=
        " " + std::to_string(lines) + " of " + std::to_string(groups.size()) + " values are drawn.";
  }
  return {"Learning curves: " + head, draw_curves(figure).embedded(), caption};
}

PageFigure head_curves(const Study& study, const std::vector<std::string>& heads, bool loss) {
  CurveFigure figure;
  figure.title = loss ? "Loss over the epochs" : "Test accuracy over the epochs";
  figure.y_label = loss ? "loss per sample" : "test accuracy (%)";
  figure.percent = !loss;
  figure.chance = loss ? results::unknown : chance_of(study, heads);
  const auto groups = group_trials(study, std::vector<Levels>{}, false);
  for (std::size_t h = 0; h < heads.size() && !groups.empty(); ++h) {
    const Sample* sample = sample_of(groups[0], heads[h]);
    if (!sample) continue;
    const Measure measure = loss ? Measure::test_loss : Measure::test_accuracy;
    figure.series.push_back(
        {heads[h] + (loss ? ", test" : ""), band_of(*sample, measure, most_epochs), h, "", false});
    if (!loss) continue;
    figure.series.push_back(
        {heads[h] + ", training", band_of(*sample, Measure::train_loss, most_epochs), h, "", true});
  }
  const bool several = study.trials.size() > 1;
  return {loss ? "Loss" : "Learning curves", draw_curves(figure).embedded(),
          std::string(loss ? "Loss per sample of the classifier at every epoch."
                           : "Test accuracy after every epoch.") +
              (several ? " Line: median over the runs. Band: interquartile range (first to third "
                         "quartile)."
                       : "")};
}

PageFigure encoder_curves(const Study& study) {
  CurveFigure figure;
  figure.title = "Loss of the encoders";
  figure.y_label = "loss per sample";
  figure.chance = results::unknown;
  for (const auto& [id, encoder] : study.encoders) {
    std::vector<BandPoint> points;
    for (const auto& [epoch, loss] : encoder.train_loss) {
      points.push_back({static_cast<double>(epoch), loss, loss, loss, 1});
    }
    if (!points.empty()) figure.series.push_back({id, points, figure.series.size(), "", false});
  }
  return {"Encoders", figure.series.empty() ? "" : draw_curves(figure).embedded(),
          "Training loss per sample of every encoder."};
}

PageFigure heat(const Study& study, const std::string& head, const Levels& x, const Levels& y) {
  HeatMap map;
  map.title = "Median accuracy of " + head + " by " + x.path + " and " + y.path;
  map.heading = head;
  map.x_label = x.path;
  const bool fits = 7 * y.path.size() < 34 * y.labels.size();
  map.y_label = fits ? y.path : short_path(y.path);
  map.columns = x.labels;
  std::vector<std::string> rows(y.labels.rbegin(), y.labels.rend());  // numbers grow upwards
  map.rows = rows;
  for (const auto& group : group_trials(study, {x, y}, false)) {
    const auto column = std::find(map.columns.begin(), map.columns.end(), group.labels[0]);
    const auto row = std::find(map.rows.begin(), map.rows.end(), group.labels[1]);
    const Sample* sample = sample_of(group, head);
    if (column == map.columns.end() || row == map.rows.end() || !sample) continue;
    map.cells[{static_cast<std::size_t>(row - map.rows.begin()),
               static_cast<std::size_t>(column - map.columns.begin())}] = {
        sample->summary.median, sample->summary.n, sample->collapsed};
  }
  std::string caption =
      "Number and colour: median test accuracy (%) of the finished runs, collapsed ones included; "
      "\xC3\x97N counts the collapsed ones.";
  if (study.axes.size() > 2) caption += " Runs of all other axes are pooled.";
  return {short_path(y.path) + " against " + short_path(x.path) + ": " + head,
          draw_heat_map(map).embedded(), caption};
}

void add_curves(const Study& study, const std::vector<std::string>& heads,
                std::vector<PageFigure>& figures) {
  if (study.axes.empty()) {
    figures.push_back(head_curves(study, heads, false));
    figures.push_back(head_curves(study, heads, true));
    return;
  }
  const Levels levels = levels_of(study, 0, most_levels);
  for (const auto& head : heads) figures.push_back(level_curves(study, head, levels));
}

/// A line for every sample: accuracy against level of one kind of damage.
struct DamageCurves {
  const Study& study;
  std::string kind;
  CurveFigure figure;

  DamageCurves(const Study& study, std::string of_kind) : study(study), kind(std::move(of_kind)) {
    figure.y_label = "test accuracy (%)";
    figure.x_label = damage_label(kind);
    figure.whole = false;
    figure.percent = true;
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
    figure.title = heading;
    figure.chance = chance_of(study, heads);
    into.push_back({heading, draw_curves(figure).embedded(),
                    what +
                        "Test accuracy of trained networks against the level of damage to their "
                        "weights. Line: median over all draws" +
                        (study.sweep ? " of all runs" : "") +
                        ". Band: interquartile range (first to third quartile)."});
  }
};

void add_damage(const Study& study, const std::vector<std::string>& heads,
                std::vector<PageFigure>& figures) {
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
      curves.draw(heading + ": " + head, {head}, "Lines: " + levels.path + ". ", figures);
    }
  }
}

void add_heat_maps(const Study& study, const std::vector<std::string>& heads,
                   std::vector<PageFigure>& figures) {
  std::size_t pairs = 0;
  const std::size_t axes = std::min(study.axes.size(), most_axes);
  for (std::size_t y = 1; y < axes; ++y) {
    for (std::size_t x = 0; x < y && pairs < most_pairs; ++x, ++pairs) {
      for (const auto& head : heads) {
        figures.push_back(
            heat(study, head, levels_of(study, x, most_levels), levels_of(study, y, most_levels)));
      }
    }
  }
}

}  // namespace

std::vector<PageFigure> figures_of(const Study& study) {
  std::vector<PageFigure> figures;
  const auto all = study.heads();
  for (std::size_t first = 0; first < all.size(); first += most_heads) {
    if (first >= 4 * most_heads) break;  // a page of dozens of heads tells nothing
    const auto end = std::min(all.size(), first + most_heads);
    const std::vector<std::string> heads(all.begin() + static_cast<std::ptrdiff_t>(first),
                                         all.begin() + static_cast<std::ptrdiff_t>(end));
    const bool lone = study.axes.empty() && study.trials.size() == 1 && all.size() == 1;
    if (study.axes.empty() && !lone) figures.push_back(bars(study, heads, nullptr));
    for (std::size_t a = 0; a < std::min(study.axes.size(), most_axes); ++a) {
      const Levels levels = levels_of(study, a, most_levels);
      figures.push_back(bars(study, heads, &levels));
    }
    add_heat_maps(study, heads, figures);
    add_curves(study, heads, figures);
  }
  if (!study.encoders.empty()) figures.push_back(encoder_curves(study));
  add_damage(study, all, figures);
  return figures;
}

}  // namespace glia::report
