// SPDX-License-Identifier: MIT
#include "report/study_figures.hpp"

#include "core/text.hpp"
#include "report/bar_figure.hpp"
#include "report/heat_map.hpp"
#include "report/judging.hpp"
#include "report/search_figures.hpp"
#include "report/training_curves.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace glia::report {
namespace {

constexpr std::size_t most_levels = 24, most_dots = 2400, most_heads = 4, most_axes = 6;
constexpr std::size_t most_pairs = 3;

Bar bar_of(const Sample* sample, const std::string& split, const Metric& metric) {
  Bar bar{{}, results::unknown, 0, 0};
  if (!sample) return bar;
  const Measured& on = sample->on(split);
  bar.median = on.summary.median;
  bar.n = on.summary.n;
  bar.collapsed = on.collapsed;
  for (std::size_t i = 0; i < on.runs.size(); ++i) {
    bar.dots.push_back({on.values[i], on.runs[i]->collapsed,
                        fmt::format("seed {}: {}", on.seeds[i], value_text(metric, on.values[i]))});
  }
  return bar;
}

std::string thinning(std::size_t runs) {
  return runs > most_dots
             ? fmt::format(" Dots are thinned out evenly to {} of {}.", most_dots, runs)
             : "";
}

PageFigure bars(const Study& study, const std::vector<std::string>& heads, const Levels* levels,
                const std::string& split) {
  BarFigure figure;
  figure.metric = objective_of(study, heads);
  figure.zoom = true;
  figure.y_label = heading_of(split, figure.metric);
  figure.title = figure.y_label + (levels ? " by " + levels->path : std::string());
  figure.x_label = levels ? levels->path : "";
  figure.chance = chance_of(study, heads);
  const auto groups =
      group_trials(study, levels ? std::vector{*levels} : std::vector<Levels>{}, false);
  std::vector<std::size_t> runs(heads.size());  // of each head: all heads of a run are one run
  std::size_t dots = 0;
  for (std::size_t h = 0; h < heads.size(); ++h) figure.series.push_back({heads[h], h, false});
  for (const auto& group : groups) {
    BarGroup added{levels ? label_of(group.labels[0]) : "", {}};
    for (std::size_t h = 0; h < heads.size(); ++h) {
      added.bars.push_back(bar_of(sample_of(group, heads[h]), split, figure.metric));
      runs[h] += added.bars.back().n;
      dots += added.bars.back().n;
    }
    figure.groups.push_back(std::move(added));
  }
  std::string caption = bar_caption(figure) + thinning(dots);
  if (levels && levels->binned) caption += " Values are binned, equally many to a bin.";
  if (levels && study.axes.size() > 1) caption += " Runs of all other axes are pooled.";
  const std::string of = basis(split, *std::max_element(runs.begin(), runs.end()), "run", "median");
  figure.title = titled(figure.title, of);
  return {
      .heading = name_of(split, figure.metric) + (levels ? " by " + short_path(levels->path) : ""),
      .of = of,
      .svg = draw_bars(figure, most_dots).embedded(),
      .caption = caption,
      .numbers = numbers_of(figure)};
}

/// From the lowest to the highest median of all cells.
std::pair<double, double> ends_of(const std::vector<Group>& groups, const std::string& head,
                                  const std::string& split) {
  double low = INFINITY, high = -INFINITY;
  for (const auto& group : groups) {
    const Sample* sample = sample_of(group, head);
    if (!sample || !std::isfinite(sample->on(split).summary.median)) continue;
    low = std::min(low, sample->on(split).summary.median);
    high = std::max(high, sample->on(split).summary.median);
  }
  return {low, high};
}

PageFigure heat(const Study& study, const std::string& head, const Levels& x, const Levels& y,
                const std::string& split) {
  HeatMap map;
  const Metric metric = objective_of(study, head);
  const std::string what = heading_of(split, metric);
  map.description = "Colour: median of the finished runs, collapsed ones included.";
  map.heading = head;
  map.x_label = x.path;
  const bool fits = 7 * y.path.size() < 34 * y.labels.size();
  map.y_label = fits ? y.path : short_path(y.path);
  map.columns = x.labels;
  map.rows.assign(y.labels.rbegin(), y.labels.rend());  // numbers grow upwards
  const auto groups = group_trials(study, {x, y}, false);
  const auto [low, high] = ends_of(groups, head, split);
  std::size_t runs = 0;
  std::string numbers = fmt::format("{},{},median,n,collapsed\n", csv_field(one_line(x.path)),
                                    csv_field(one_line(y.path)));
  for (const auto& group : groups) {
    const auto column = std::find(map.columns.begin(), map.columns.end(), group.labels[0]);
    const auto row = std::find(map.rows.begin(), map.rows.end(), group.labels[1]);
    const Sample* sample = sample_of(group, head);
    if (column == map.columns.end() || row == map.rows.end() || !sample) continue;
    const Measured& on = sample->on(split);
    const double median = on.summary.median;
    if (!std::isfinite(median)) continue;
    runs += on.summary.n;
    const bool percent = metric.unit == "share";
    numbers += fmt::format("{},{},{},{},{}\n", csv_field(one_line(*column)),
                           csv_field(one_line(*row)), shortest(median), on.summary.n, on.collapsed);
    map.cells[{static_cast<std::size_t>(row - map.rows.begin()),
               static_cast<std::size_t>(column - map.columns.begin())}] = {
        high > low ? (median - low) / (high - low) : 0.5,
        rounded(drawn(metric, median), percent ? 1 : 3),
        on.collapsed ? "\xC3\x97" + std::to_string(on.collapsed) : "",
        fmt::format("{}, {}: median {}, n = {}, collapsed {}", *row, *column,
                    value_text(metric, median), on.summary.n, on.collapsed)};
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
  const std::string of = basis(split, runs, "run", "median");
  map.title = titled(fmt::format("{} of {} by {} and {}", what, head, x.path, y.path), of);
  if (study.axes.size() > 2) caption += " Runs of all other axes are pooled.";
  return {.heading = fmt::format("{} against {}: {}, {}", short_path(y.path), short_path(x.path),
                                 head, split),
          .of = of,
          .svg = draw_heat_map(map).embedded(),
          .caption = caption,
          .numbers = std::move(numbers)};
}

void add_curves(const Study& study, const std::vector<std::string>& heads,
                std::vector<PageFigure>& figures) {
  if (study.axes.empty()) {
    figures.push_back(head_curves(study, heads, false));
    figures.push_back(head_curves(study, heads, true));
    return;
  }
  const Levels levels = levels_of(study, 0, most_levels);
  for (const auto& head : heads) {
    for (auto& figure : level_curves(study, head, levels)) figures.push_back(std::move(figure));
  }
}

void add_heat_maps(const Study& study, const std::vector<std::string>& heads,
                   const std::vector<std::string>& splits, std::vector<PageFigure>& figures) {
  std::size_t pairs = 0;
  const std::size_t axes = std::min(study.axes.size(), most_axes);
  for (std::size_t y = 1; y < axes; ++y) {
    for (std::size_t x = 0; x < y && pairs < most_pairs; ++x, ++pairs) {
      const Levels across = levels_of(study, x, most_levels), up = levels_of(study, y, most_levels);
      for (const auto& head : heads) {
        for (const auto& split : splits) {
          figures.push_back(heat(study, head, across, up, split));
        }
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
  // What chooses stands first, what it is worth beside it.
  const auto splits = splits_of(group_trials(study, std::vector<Levels>{}, false));
  for (const auto& split : splits) {
    if (study.axes.empty() && !lone) figures.push_back(bars(study, heads, nullptr, split));
  }
  for (std::size_t a = 0; a < std::min(study.axes.size(), most_axes); ++a) {
    const Levels levels = levels_of(study, a, most_levels);
    for (const auto& split : splits) figures.push_back(bars(study, heads, &levels, split));
  }
  add_heat_maps(study, heads, splits, figures);
  add_curves(study, heads, figures);
}

}  // namespace

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
