// SPDX-License-Identifier: MIT
#include "report/study_figures.hpp"

#include "core/text.hpp"
#include "report/bar_figure.hpp"
#include "report/curve_figure.hpp"
#include "report/heat_map.hpp"
#include "report/judging.hpp"
#include "report/search_figures.hpp"
#include "results/policies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace glia::report {
namespace {

constexpr std::size_t most_levels = 24, most_dots = 2400, most_heads = 4, most_axes = 6;
constexpr std::size_t most_epochs = 60, most_lines = 7, most_pairs = 3;

Bar bar_of(const Sample* sample, const Metric& metric) {
  Bar bar{{}, results::unknown, 0, 0};
  if (!sample) return bar;
  bar.median = sample->summary.median;
  bar.n = sample->summary.n;
  bar.collapsed = sample->collapsed;
  for (std::size_t i = 0; i < sample->runs.size(); ++i) {
    bar.dots.push_back(
        {sample->accuracies[i], sample->runs[i]->collapsed,
         fmt::format("seed {}: {}", sample->seeds[i], value_text(metric, sample->accuracies[i]))});
  }
  return bar;
}

std::string capital(std::string text) {
  std::replace(text.begin(), text.end(), '_', ' ');
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

/// "Test accuracy".
std::string name_of(const std::string& split, const Metric& metric) {
  return capital(split + ' ' + metric.name);
}

/// Of both splits: "accuracy (%)".
std::string objective_label(const Metric& metric) {
  return heading_of("test", metric).substr(std::string("test ").size());
}

std::string thinning(std::size_t runs) {
  return runs > most_dots
             ? fmt::format(" Dots are thinned out evenly to {} of {}.", most_dots, runs)
             : "";
}

PageFigure bars(const Study& study, const std::vector<std::string>& heads, const Levels* levels) {
  BarFigure figure;
  figure.metric = objective_of(study, heads);
  figure.zoom = true;
  figure.y_label = heading_of("test", figure.metric);
  figure.title = figure.y_label + (levels ? " by " + levels->path : std::string());
  figure.x_label = levels ? levels->path : "";
  figure.chance = chance_of(study, heads);
  const auto groups =
      group_trials(study, levels ? std::vector{*levels} : std::vector<Levels>{}, false);
  std::size_t runs = 0;
  for (std::size_t h = 0; h < heads.size(); ++h) figure.series.push_back({heads[h], h, false});
  for (const auto& group : groups) {
    BarGroup added{levels ? label_of(group.labels[0]) : "", {}};
    for (const auto& head : heads) {
      added.bars.push_back(bar_of(sample_of(group, head), figure.metric));
      runs += added.bars.back().n;
    }
    figure.groups.push_back(std::move(added));
  }
  std::string caption = bar_caption(figure) + thinning(runs);
  if (levels && levels->binned) caption += " Values are binned, equally many to a bin.";
  if (levels && study.axes.size() > 1) caption += " Runs of all other axes are pooled.";
  const std::string of = basis("test", runs, "run", "median");
  figure.title = titled(figure.title, of);
  return {
      .heading = name_of("test", figure.metric) + (levels ? " by " + short_path(levels->path) : ""),
      .of = of,
      .svg = draw_bars(figure, most_dots).embedded(),
      .caption = caption};
}

/// Whether a head is tested after every epoch; a policy is only at the end.
bool tested_on_the_way(const std::vector<Group>& groups, const std::string& head) {
  return std::any_of(groups.begin(), groups.end(), [&](const Group& group) {
    const Sample* sample = sample_of(group, head);
    return sample && !band_of(*sample, Measure::test_accuracy, 2).points.empty();
  });
}

/// What training goes on in.
std::string step_name(const Metric& metric) {
  return results::is_return(metric) ? "generation" : "epoch";
}

PageFigure level_curves(const Study& study, const std::string& head, const Levels& levels) {
  CurveFigure figure;
  const auto groups = group_trials(study, {levels}, false);
  const bool tested = tested_on_the_way(groups, head);
  const char* split = tested ? "test" : "validation";
  const Metric metric = objective_of(study, head);
  figure.title = "Learning curves of " + head;
  figure.heading = head;
  figure.x_label = step_name(metric);
  figure.y_label = heading_of(split, metric);
  figure.percent = metric.unit == "share";
  figure.chance = chance_of(study, {head});
  const std::size_t lines = std::min(most_lines, groups.size());
  std::size_t runs = 0, epochs = 0;
  for (std::size_t i = 0; i < lines; ++i) {
    const auto at = lines > 1 ? i * (groups.size() - 1) / (lines - 1) : 0;
    const Sample* sample = sample_of(groups[at], head);
    if (!sample) continue;
    const Measure measure = tested ? Measure::test_accuracy : Measure::validation_accuracy;
    runs += sample->runs.size();
    Band band = band_of(*sample, measure, most_epochs);
    epochs = std::max(epochs, band.epochs);
    figure.series.push_back({label_of(groups[at].labels[0]), std::move(band.points), i,
                             level_shade(levels, i, lines), false});
  }
  std::string caption = fmt::format(
      "{} by {}. Lines: {}; the median over its runs. Band: interquartile range (first to third "
      "quartile).",
      name_of(split, metric), figure.x_label, levels.path);
  if (lines < groups.size()) {
    caption += fmt::format(" {} of {} values are drawn.", lines, groups.size());
  }
  caption += thinned_epochs(epochs, most_epochs, figure.x_label);
  const std::string of = basis(split, runs, "run", "median and quartiles");
  figure.title = titled(figure.title, of);
  return {.heading = "Learning curves: " + head,
          .of = of,
          .svg = draw_curves(figure).embedded(),
          .caption = caption};
}

PageFigure head_curves(const Study& study, const std::vector<std::string>& heads, bool loss) {
  CurveFigure figure;
  const Metric metric = objective_of(study, heads);
  figure.x_label = step_name(metric);
  figure.y_label = loss ? "loss per sample" : objective_label(metric);
  figure.title = fmt::format("{} over the {}s", figure.y_label, figure.x_label);
  figure.percent = !loss && metric.unit == "share";
  figure.chance = loss ? results::unknown : chance_of(study, heads);
  const auto groups = group_trials(study, std::vector<Levels>{}, false);
  std::size_t runs = 0, epochs = 0;
  for (std::size_t h = 0; h < heads.size() && !groups.empty(); ++h) {
    const Sample* sample = sample_of(groups[0], heads[h]);
    if (!sample) continue;
    runs = std::max(runs, sample->runs.size());
    const Measure measure = loss ? Measure::test_loss : Measure::test_accuracy;
    Band solid = band_of(*sample, measure, most_epochs);
    if (!solid.points.empty()) {
      figure.series.push_back({heads[h] + ", test", std::move(solid.points), h, "", false});
    }
    const Measure dashes = loss ? Measure::train_loss : Measure::validation_accuracy;
    Band dashed = band_of(*sample, dashes, most_epochs);
    epochs = std::max({epochs, solid.epochs, dashed.epochs});
    if (dashed.points.empty()) continue;
    figure.series.push_back(
        {heads[h] + (loss ? ", training" : ", validation"), std::move(dashed.points), h, "", true});
  }
  if (figure.series.empty()) return {};
  const auto drawn_so = [&](bool thin) {
    return std::any_of(figure.series.begin(), figure.series.end(),
                       [&](const CurveSeries& series) { return series.thin == thin; });
  };
  const std::string second = loss ? "training" : "validation";
  const std::string splits = !drawn_so(true)    ? "test"
                             : !drawn_so(false) ? second
                                                : "test and " + second;
  const std::string of =
      basis(splits, runs, "run",
            runs > 1 ? "median and quartiles" : "the value after each " + figure.x_label);
  figure.title = titled(figure.title, of);
  return {
      .heading = loss ? "Loss" : "Learning curves",
      .of = of,
      .svg = draw_curves(figure).embedded(),
      .caption =
          (loss ? std::string("Loss per sample; solid: test, dashed: training.")
                : fmt::format("{} after every {}; solid: test, dashed: validation, where samples "
                              "were kept for it.",
                              capital(metric.name), figure.x_label)) +
          (runs > 1 ? " Line: median over the runs. Band: interquartile range (first to third "
                      "quartile)."
                    : "") +
          thinned_epochs(epochs, most_epochs, figure.x_label)};
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
  if (figure.series.empty()) return {};
  const std::string of = basis("training", 1, "run", "mean over the samples of each epoch");
  figure.title = titled(figure.title, of);
  return {.heading = "Encoders",
          .of = of,
          .svg = draw_curves(figure).embedded(),
          .caption = "Training loss per sample of every encoder."};
}

/// From the lowest to the highest median of all cells.
std::pair<double, double> ends_of(const std::vector<Group>& groups, const std::string& head) {
  double low = INFINITY, high = -INFINITY;
  for (const auto& group : groups) {
    const Sample* sample = sample_of(group, head);
    if (!sample || !std::isfinite(sample->summary.median)) continue;
    low = std::min(low, sample->summary.median);
    high = std::max(high, sample->summary.median);
  }
  return {low, high};
}

PageFigure heat(const Study& study, const std::string& head, const Levels& x, const Levels& y) {
  HeatMap map;
  const Metric metric = objective_of(study, head);
  const std::string what = heading_of("test", metric);
  map.description = "Colour: median of the finished runs, collapsed ones included.";
  map.heading = head;
  map.x_label = x.path;
  const bool fits = 7 * y.path.size() < 34 * y.labels.size();
  map.y_label = fits ? y.path : short_path(y.path);
  map.columns = x.labels;
  map.rows.assign(y.labels.rbegin(), y.labels.rend());  // numbers grow upwards
  const auto groups = group_trials(study, {x, y}, false);
  const auto [low, high] = ends_of(groups, head);
  std::size_t runs = 0;
  for (const auto& group : groups) {
    const auto column = std::find(map.columns.begin(), map.columns.end(), group.labels[0]);
    const auto row = std::find(map.rows.begin(), map.rows.end(), group.labels[1]);
    const Sample* sample = sample_of(group, head);
    if (column == map.columns.end() || row == map.rows.end() || !sample) continue;
    const double median = sample->summary.median;
    if (!std::isfinite(median)) continue;
    runs += sample->summary.n;
    const bool percent = metric.unit == "share";
    map.cells[{static_cast<std::size_t>(row - map.rows.begin()),
               static_cast<std::size_t>(column - map.columns.begin())}] = {
        high > low ? (median - low) / (high - low) : 0.5,
        rounded(drawn(metric, median), percent ? 1 : 3),
        sample->collapsed ? "\xC3\x97" + std::to_string(sample->collapsed) : "",
        fmt::format("{}, {}: median {}, n = {}, collapsed {}", *row, *column,
                    value_text(metric, median), sample->summary.n, sample->collapsed)};
  }
  if (high > low) {
    map.low = value_text(metric, low);
    map.high = value_text(metric, high);
    map.scale_label = "median " + what;
  }
  std::string caption = fmt::format(
      "Number and colour: median {} of the finished runs, collapsed ones included; \xC3\x97N "
      "counts "
      "the collapsed ones.",
      what);
  const std::string of = basis("test", runs, "run", "median");
  map.title = titled(fmt::format("{} of {} by {} and {}", what, head, x.path, y.path), of);
  if (study.axes.size() > 2) caption += " Runs of all other axes are pooled.";
  return {.heading = fmt::format("{} against {}: {}", short_path(y.path), short_path(x.path), head),
          .of = of,
          .svg = draw_heat_map(map).embedded(),
          .caption = caption};
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

const Sample* sample_of(const Group& group, const std::string& head) {
  const auto found = group.heads.find(head);
  return found == group.heads.end() ? nullptr : &found->second;
}

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

std::string level_shade(const Levels& levels, std::size_t index, std::size_t count) {
  if (!levels.numeric || count < 3) return {};
  // From cool to warm, each to be seen on white and on near-black.
  constexpr std::string_view shades[] = {"#4f9fe0", "#3a86c8", "#2b9a8c", "#55a04f",
                                         "#a3962a", "#d0812d", "#cf5639"};
  return std::string(shades[index * (std::size(shades) - 1) / (count - 1)]);
}

namespace {

/// What is drawn of at most four heads together.
void add_heads(const Study& study, const std::vector<std::string>& heads, bool lone,
               std::vector<PageFigure>& figures) {
  if (study.axes.empty() && !lone) figures.push_back(bars(study, heads, nullptr));
  for (std::size_t a = 0; a < std::min(study.axes.size(), most_axes); ++a) {
    const Levels levels = levels_of(study, a, most_levels);
    figures.push_back(bars(study, heads, &levels));
  }
  add_heat_maps(study, heads, figures);
  add_curves(study, heads, figures);
}

}  // namespace

std::vector<PageFigure> training_figures(const Study& study) {
  std::vector<PageFigure> figures;
  std::map<std::string, std::vector<std::string>> by_objective;
  for (const auto& head : study.heads()) {
    by_objective[objective_of(study, head).name].push_back(head);
  }
  for (const auto& [objective, heads] : by_objective) {
    const std::vector<std::string> drawn(
        heads.begin(),
        heads.begin() + static_cast<std::ptrdiff_t>(std::min(heads.size(), 2 * most_heads)));
    figures.push_back(head_curves(study, drawn, false));
    figures.push_back(head_curves(study, drawn, true));
  }
  if (!study.encoders.empty()) figures.push_back(encoder_curves(study));
  return figures;
}

std::vector<PageFigure> figures_of(const Study& study) {
  std::vector<PageFigure> figures;
  const auto append = [&](std::vector<PageFigure> more) {
    for (auto& figure : more) figures.push_back(std::move(figure));
  };
  const auto all = study.heads();
  if (study.is_search()) {
    for (const auto& judge : judges_of(study)) append(search_figures(study, judge));
  }
  append(importance_figure(study));
  for (std::size_t first = 0; first < all.size() && !study.is_search(); first += most_heads) {
    if (first >= 4 * most_heads) break;  // a page of dozens of heads tells nothing
    const auto end = std::min(all.size(), first + most_heads);
    const std::vector<std::string> heads(all.begin() + static_cast<std::ptrdiff_t>(first),
                                         all.begin() + static_cast<std::ptrdiff_t>(end));
    const bool lone = study.axes.empty() && study.trials.size() == 1 && all.size() == 1;
    add_heads(study, heads, lone, figures);
  }
  if (!study.encoders.empty()) figures.push_back(encoder_curves(study));
  append(row_figures(study));
  append(damage_figures(study, all));
  return figures;
}

}  // namespace glia::report
