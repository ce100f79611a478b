// SPDX-License-Identifier: MIT
#include "report/search_figures.hpp"

#include "core/text.hpp"
#include "report/scatter_figure.hpp"
#include "report/tolerance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace glia::report {
namespace {

constexpr std::size_t most_marks = 1500, most_runs_drawn = 400, most_searched = 12;

/// The points of a search as they are drawn.
class Search {
 public:
  Search(const Study& study, const Judge& judge)
      : study_(study), judge_(judge), points_(judged_points(study, judge)) {
    best_ = best_of(points_, judge);
    double low = INFINITY, high = -INFINITY;
    std::size_t seeds = 1;
    for (const auto& point : points_) {
      if (point.state == JudgedPoint::State::finished) seeds = std::max(seeds, point.trials.size());
      if (!is_drawn(point)) continue;
      low = std::min(low, drawn(judge.metric, point.value));
      high = std::max(high, drawn(judge.metric, point.value));
      (point.state == JudgedPoint::State::pruned ? pruned_ : finished_)++;
    }
    if (low <= high) std::tie(low_, high_) = zoomed(low, high, judge.metric.unit == "share");
    statistic_ = seeds > 1 ? "median over the seeds of a point" : "one run a point";
  }

  bool empty() const { return finished_ + pruned_ == 0; }

  PageFigure best_so_far() const {
    ScatterFigure figure;
    figure.wide = true;
    figure.x_label = "trial";
    describe(figure, fmt::format("Best {} {} so far", judge_.split, judge_.metric.name));
    figure.x = AxisScale::numbers(0, static_cast<double>(std::max<std::int64_t>(1, last_number())));
    double best = results::unknown;
    for (const auto& point : points_) {
      if (is_drawn(point))
        figure.marks.push_back(mark_of(point, static_cast<double>(point.number)));
      if (!judge_.chooses || !is_drawn(point) || point.state == JudgedPoint::State::pruned)
        continue;
      if (std::isfinite(best) && !judge_.better(point.value, best)) continue;
      best = point.value;
      figure.steps.emplace_back(point.number, drawn(judge_.metric, best));
    }
    if (!figure.steps.empty()) {
      figure.steps.emplace_back(last_number(), figure.steps.back().second);
    }
    figure.step_name = "best so far";
    return {
        .heading = (judge_.chooses ? "Best so far: " : "In the order of trials: ") + judge_.head,
        .of = of(),
        .svg = draw_scatter(figure, most_marks).embedded(),
        .caption = about() +
                   (judge_.chooses
                        ? ""
                        : " No samples were kept for validation, so nothing is called the best."),
        .numbers = numbers({})};
  }

  PageFigure scatter(std::size_t axis) const {
    const Axis& axis_of = study_.axes[axis];
    ScatterFigure figure;
    figure.x_label = axis_of.path + (axis_of.logarithmic ? " (logarithmic)" : "");
    describe(figure, fmt::format("{} by {}", judge_.label(), axis_of.path));
    figure.x = scale_of(axis_of);
    for (const auto& point : points_) {
      if (!is_drawn(point)) continue;
      const double x = place(axis_of, point.trials.front()->values[axis], point.number);
      if (std::isfinite(x)) figure.marks.push_back(mark_of(point, x));
    }
    if (figure.marks.empty()) return {};
    return {.heading = fmt::format("{}: {}", short_path(axis_of.path), judge_.head),
            .of = of(),
            .svg = draw_scatter(figure, most_marks).embedded(),
            .caption = about(),
            .half = true,
            .numbers = numbers({axis})};
  }

  PageFigure parallel() const {
    ParallelFigure figure;
    figure.title = titled("Parallel coordinates of " + judge_.head, of());
    figure.description = about();
    std::vector<std::size_t> axes;
    for (std::size_t a = 0; a < study_.axes.size() && a < most_searched; ++a) {
      if (study_.axes[a].values.size() > 1) axes.push_back(a);
    }
    for (const auto a : axes) {
      figure.names.push_back(short_path(study_.axes[a].path));
      figure.axes.push_back(scale_of(study_.axes[a]));
    }
    figure.names.push_back(judge_.label());
    figure.axes.push_back(AxisScale::numbers(low_, high_));
    for (const auto& point : points_) {
      if (is_drawn(point)) figure.lines.push_back(line_of(point, axes));
    }
    std::string caption = about();
    if (study_.axes.size() > most_searched) {
      caption +=
          fmt::format(" The first {} of {} settings are drawn.", most_searched, study_.axes.size());
    }
    return {.heading = "All settings at once: " + judge_.head,
            .of = of(),
            .svg = axes.empty() ? "" : draw_parallel(figure, most_runs_drawn).embedded(),
            .caption = caption,
            .numbers = axes.empty() ? "" : numbers(axes)};
  }

 private:
  static bool is_drawn(const JudgedPoint& point) {
    return std::isfinite(point.value) && (point.state == JudgedPoint::State::finished ||
                                          point.state == JudgedPoint::State::pruned);
  }

  /// trial,SETTINGS...,SPLIT_METRIC,state,best, of all points, thinned out or not.
  std::string numbers(const std::vector<std::size_t>& axes) const {
    std::string text = "trial";
    for (const auto a : axes) text += ',' + csv_field(one_line(study_.axes[a].path));
    text += fmt::format(",{},state,best\n",
                        csv_field(one_line(judge_.split + '_' + key_of(judge_.metric))));
    for (const auto& point : points_) {
      if (!is_drawn(point)) continue;
      text += std::to_string(point.number);
      for (const auto a : axes) {
        text += ',' + csv_field(one_line(point.trials.front()->values[a]));
      }
      text += fmt::format(",{},{},{}\n", shortest(point.value),
                          point.state == JudgedPoint::State::pruned ? "stopped early" : "finished",
                          judge_.chooses && &point == best_ ? 1 : 0);
    }
    return text;
  }

  std::int64_t last_number() const {
    std::int64_t last = 0;
    for (const auto& point : points_) last = std::max(last, point.number);
    return last;
  }

  AxisScale scale_of(const Axis& axis) const {
    if (!axis.numeric) return AxisScale::words(axis.values);
    const double low = *as_number(axis.values.front()), high = *as_number(axis.values.back());
    return AxisScale::numbers(low, high, axis.logarithmic);
  }

  /// Words get a little room to their sides, so that points do not cover each other.
  static double place(const Axis& axis, const std::string& value, std::int64_t number) {
    if (value.empty()) return results::unknown;
    if (axis.numeric) return as_number(value).value_or(results::unknown);
    const auto at = std::find(axis.values.begin(), axis.values.end(), value);
    const double aside = std::fmod(static_cast<double>(number) * 0.6180339887, 1.0) - 0.5;
    return static_cast<double>(at - axis.values.begin()) + 0.5 * aside;
  }

  std::string title_of(const JudgedPoint& point) const {
    return fmt::format("trial {}: {}{} at {}", point.number, value_text(judge_.metric, point.value),
                       point.state == JudgedPoint::State::pruned ? ", stopped early" : "",
                       setting_text(study_, point.trials.front()->values));
  }

  ScatterMark mark_of(const JudgedPoint& point, double x) const {
    return {.x = x,
            .y = drawn(judge_.metric, point.value),
            .pruned = point.state == JudgedPoint::State::pruned,
            .best = judge_.chooses && &point == best_,
            .title = title_of(point)};
  }

  ParallelLine line_of(const JudgedPoint& point, const std::vector<std::size_t>& axes) const {
    ParallelLine line;
    for (const auto a : axes) {
      line.values.push_back(place(study_.axes[a], point.trials.front()->values[a], point.number));
    }
    const double value = drawn(judge_.metric, point.value);
    line.values.push_back(value);
    const double share = high_ > low_ ? (value - low_) / (high_ - low_) : 0.5;
    line.share = judge_.metric.higher_is_better ? share : 1 - share;
    line.pruned = point.state == JudgedPoint::State::pruned;
    line.best = judge_.chooses && &point == best_;
    line.title = title_of(point);
    return line;
  }

  void describe(ScatterFigure& figure, const std::string& title) const {
    figure.title = titled(title, of());
    figure.description = about();
    figure.y_label = judge_.label();
    figure.y = AxisScale::numbers(low_, high_);
    figure.chance = results::unknown;
    for (const auto& trial : study_.trials) {
      const auto head = trial.heads.find(judge_.head);
      if (head == trial.heads.end() || key_of(judge_.metric) != key_of(head->second.objective()))
        continue;
      figure.chance = 100 * head->second.chance;
      break;
    }
  }

  std::string of() const { return basis(judge_.split, finished_, "point", statistic_); }

  std::string about() const {
    std::string text = fmt::format("The {} of {}", judge_.label(), judge_.head);
    if (pruned_) {
      text += fmt::format("; {} more were stopped early and are shown with what they had reached",
                          pruned_);
    }
    text += ". The axis shows the range of the values.";
    const std::size_t all = finished_ + pruned_;
    return all > most_marks ? text + " Points are thinned out evenly." : text;
  }

  const Study& study_;
  const Judge& judge_;
  std::vector<JudgedPoint> points_;
  const JudgedPoint* best_ = nullptr;
  double low_ = 0, high_ = 1;
  std::size_t finished_ = 0, pruned_ = 0;
  std::string statistic_;
};

}  // namespace

std::vector<PageFigure> search_figures(const Study& study, const Judge& judge) {
  const Search search(study, judge);
  if (search.empty()) return {};
  std::vector<PageFigure> figures{search.best_so_far()};
  for (std::size_t a = 0; a < std::min(study.axes.size(), most_searched); ++a) {
    figures.push_back(search.scatter(a));
  }
  figures.push_back(search.parallel());
  return figures;
}

std::vector<PageFigure> importance_figure(const Study& study) {
  if (study.importances.shares.empty()) return {};
  const std::string title = "Importance of the settings";
  const auto judges = judges_of(study);
  if (judges.empty()) return {};
  const auto points = judged_points(study, judges.front());
  const auto finished = std::count_if(points.begin(), points.end(), [](const JudgedPoint& point) {
    return point.state == JudgedPoint::State::finished;
  });
  const std::string of = basis(judges.front().split, static_cast<std::size_t>(finished), "point",
                               "permutation importance");
  std::string numbers = "setting,share\n";
  for (const auto& [setting, share] : study.importances.shares) {
    numbers += fmt::format("{},{}\n", csv_field(one_line(setting)), shortest(share));
  }
  return {
      {.heading = title,
       .of = of,
       .svg = draw_shares(titled(title, of), study.importances.shares).embedded(),
       .caption = fmt::format("How much of what differs between points each setting explains: {}.",
                              study.importances.method),
       .numbers = std::move(numbers)}};
}

}  // namespace glia::report
