// SPDX-License-Identifier: MIT
#include "report/training_curves.hpp"

#include "core/text.hpp"
#include "report/curve_figure.hpp"
#include "report/judging.hpp"
#include "report/study_figures.hpp"
#include "report/tolerance.hpp"
#include "results/policies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace glia::report {
namespace {

constexpr std::size_t most_epochs = 60, most_lines = 7, most_panels = 8;

/// Of both splits: "accuracy (%)".
std::string objective_label(const Metric& metric) {
  return heading_of("test", metric).substr(std::string("test ").size());
}

/// What training goes on in.
std::string step_name(const Metric& metric) {
  return results::is_return(metric) ? "generation" : "epoch";
}

/// A split whose curve is drawn, and how.
struct DrawnSplit {
  const char* name;
  Measure measure;
  Stroke stroke;
};

/// Of accuracy there is none in training, where nothing is measured but the loss.
std::vector<DrawnSplit> drawn_splits(bool loss) {
  if (!loss) {
    return {{"test", Measure::test_accuracy, Stroke::solid},
            {"validation", Measure::validation_accuracy, Stroke::dotted}};
  }
  return {{"test", Measure::test_loss, Stroke::solid},
          {"training", Measure::train_loss, Stroke::dashed},
          {"validation", Measure::validation_loss, Stroke::dotted}};
}

/// "solid: test, dotted: validation" of what was drawn; "test and validation" for a title.
struct SplitNames {
  std::string strokes, all;

  SplitNames(const std::vector<DrawnSplit>& splits, const std::set<Stroke>& drawn) {
    std::vector<std::string> names;
    for (const auto& split : splits) {
      if (!drawn.count(split.stroke)) continue;
      const char* stroke = split.stroke == Stroke::solid    ? "solid"
                           : split.stroke == Stroke::dashed ? "dashed"
                                                            : "dotted";
      strokes += fmt::format("{}{}: {}", names.empty() ? "" : ", ", stroke, split.name);
      names.push_back(split.name);
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
      all += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
    }
  }
};

}  // namespace

namespace {

PageFigure level_curves_on(const Study& study, const std::string& head, const Levels& levels,
                           const std::vector<Group>& groups, const DrawnSplit& split) {
  CurveFigure figure;
  const Metric metric = objective_of(study, head);
  figure.title = "Learning curves of " + head;
  figure.heading = head;
  figure.x_label = step_name(metric);
  figure.y_label = heading_of(split.name, metric);
  figure.percent = metric.unit == "share";
  figure.chance = chance_of(study, {head});
  const std::size_t lines = std::min(most_lines, groups.size());
  std::size_t runs = 0, epochs = 0;
  for (std::size_t i = 0; i < lines; ++i) {
    const auto at = lines > 1 ? i * (groups.size() - 1) / (lines - 1) : 0;
    const Sample* sample = sample_of(groups[at], head);
    if (!sample) continue;
    Band band = band_of(*sample, split.measure, most_epochs);
    std::size_t most = 0;  // some runs may have ended earlier
    for (const auto& point : band.points) most = std::max(most, point.n);
    runs += most;
    epochs = std::max(epochs, band.epochs);
    figure.series.push_back({label_of(groups[at].labels[0]), std::move(band.points), i,
                             level_shade(levels, i, lines), Stroke::solid});
  }
  if (runs == 0) return {};
  std::string caption = fmt::format(
      "{} by {}. Lines: {}; the median over its runs. Band: interquartile range (first to third "
      "quartile).",
      name_of(split.name, metric), figure.x_label, levels.path);
  if (lines < groups.size()) {
    caption += fmt::format(" {} of {} values are drawn.", lines, groups.size());
  }
  caption += thinned_epochs(epochs, most_epochs, figure.x_label);
  const std::string of = basis(split.name, runs, "run", "median and quartiles");
  figure.title = titled(figure.title, of);
  return {.heading = fmt::format("Learning curves: {}, {}", head, split.name),
          .of = of,
          .svg = draw_curves(figure).embedded(),
          .caption = caption,
          .numbers = numbers_of(figure)};
}

}  // namespace

std::vector<PageFigure> level_curves(const Study& study, const std::string& head,
                                     const Levels& levels) {
  const auto groups = group_trials(study, {levels}, false);
  std::vector<PageFigure> figures;
  const auto splits = drawn_splits(false);
  for (auto split = splits.rbegin(); split != splits.rend(); ++split) {  // what chooses first
    auto figure = level_curves_on(study, head, levels, groups, *split);
    if (!figure.svg.empty()) figures.push_back(std::move(figure));
  }
  return figures;
}

PageFigure head_curves(const Study& study, const std::vector<std::string>& heads, bool loss) {
  CurveFigure figure;
  const Metric metric = objective_of(study, heads);
  figure.x_label = step_name(metric);
  const bool plays = results::is_return(metric);
  const std::string of_loss = plays ? "negative return" : "loss per sample";
  figure.y_label = loss ? of_loss : objective_label(metric);
  figure.title = fmt::format("{} over the {}s", figure.y_label, figure.x_label);
  figure.percent = !loss && metric.unit == "share";
  figure.chance = loss ? results::unknown : chance_of(study, heads);
  const auto groups = group_trials(study, std::vector<Levels>{}, false);
  const auto splits = drawn_splits(loss);
  std::set<Stroke> strokes;
  std::size_t runs = 0, epochs = 0;
  for (std::size_t h = 0; h < heads.size() && !groups.empty(); ++h) {
    const Sample* sample = sample_of(groups[0], heads[h]);
    if (!sample) continue;
    runs = std::max(runs, sample->test.runs.size());
    for (const auto& split : splits) {
      Band band = band_of(*sample, split.measure, most_epochs);
      epochs = std::max(epochs, band.epochs);
      if (band.points.empty()) continue;
      strokes.insert(split.stroke);
      figure.series.push_back({fmt::format("{}, {}", heads[h], split.name), std::move(band.points),
                               h, "", split.stroke});
    }
  }
  if (figure.series.empty()) return {};
  const SplitNames names(splits, strokes);
  const std::string of =
      basis(names.all, runs, "run",
            runs > 1 ? "median and quartiles" : "the value after each " + figure.x_label);
  figure.title = titled(figure.title, of);
  const std::string what = capital(loss ? of_loss : title_of(metric));
  return {
      .heading = !loss   ? "Learning curves"
                 : plays ? "Negative return"
                         : "Loss",
      .of = of,
      .svg = draw_curves(figure).embedded(),
      .caption = fmt::format("{} after every {}; {}.{}{}", what, figure.x_label, names.strokes,
                             runs > 1 ? " Line: median over the runs. Band: interquartile range "
                                        "(first to third quartile) of the solid lines."
                                      : "",
                             thinned_epochs(epochs, most_epochs, figure.x_label)),
      .numbers = numbers_of(figure)};
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
    if (!points.empty())
      figure.series.push_back({id, points, figure.series.size(), "", Stroke::solid});
  }
  if (figure.series.empty()) return {};
  const std::string of = basis("training", 1, "run", "mean over the samples of each epoch");
  figure.title = titled(figure.title, of);
  return {.heading = "Encoders",
          .of = of,
          .svg = draw_curves(figure).embedded(),
          .caption = "Training loss per sample of every encoder.",
          .numbers = numbers_of(figure)};
}

std::vector<PageFigure> training_figures(const Study& study) {
  std::vector<PageFigure> figures;
  std::map<std::string, std::vector<std::string>> by_objective;
  for (const auto& head : study.heads()) {
    by_objective[objective_of(study, head).name].push_back(head);
  }
  for (const auto& [objective, heads] : by_objective) {
    const std::vector<std::string> drawn(
        heads.begin(),
        heads.begin() + static_cast<std::ptrdiff_t>(std::min(heads.size(), most_panels)));
    figures.push_back(head_curves(study, drawn, false));
    figures.push_back(head_curves(study, drawn, true));
  }
  if (!study.encoders.empty()) figures.push_back(encoder_curves(study));
  return figures;
}

}  // namespace glia::report
