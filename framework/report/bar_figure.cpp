// SPDX-License-Identifier: MIT
#include "report/bar_figure.hpp"

#include "core/text.hpp"
#include "report/axis_scale.hpp"
#include "report/evenly.hpp"
#include "report/judging.hpp"
#include "report/legend.hpp"
#include "report/statistics.hpp"
#include "results/policies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <tuple>
#include <utility>

namespace glia::report {
namespace {

constexpr double sheet = 760, left = 54, right = 14, plot_height = 230;

/// Where things are.
struct Frame {
  double top = 0, bottom = 0;
  double group_width = 0, bar_width = 0;
  bool slanted = false;
  double turn = -35;  // of slanted labels; long ones stand steeper, so as not to leave the sheet
  Metric metric;
  double low = 0, high = 100;  // of the axis, as values are drawn
  bool zoomed = false;         // it does not start at 0: bars would lie

  double y(double value) const {
    const double share = (drawn(metric, value) - low) / (high - low);
    return bottom - std::clamp(share, 0.0, 1.0) * (bottom - top);
  }
  double group_middle(std::size_t group) const {
    return left + group_width * (static_cast<double>(group) + 0.5);
  }
  double bar_left(std::size_t group, std::size_t bar, std::size_t bars) const {
    const double offset = static_cast<double>(bar) - static_cast<double>(bars) / 2;
    return group_middle(group) + offset * bar_width;
  }
};

std::size_t longest_label(const BarFigure& figure) {
  std::size_t longest = 0;
  for (const auto& group : figure.groups) longest = std::max(longest, width(group.label));
  return longest;
}

/// The lowest and the highest value, as they are drawn.
std::pair<double, double> ends_of(const BarFigure& figure) {
  double low = INFINITY, high = -INFINITY;
  const auto see = [&](double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, drawn(figure.metric, value));
    high = std::max(high, drawn(figure.metric, value));
  };
  for (const auto& group : figure.groups) {
    for (const auto& bar : group.bars) {
      see(bar.median);
      for (const auto& dot : bar.dots) see(dot.value);
    }
  }
  return low <= high ? std::pair(low, high) : std::pair(0.0, 1.0);
}

/// From 0 to 100 %, or to the highest value; only as far as the values go where these are close.
void set_axis(const BarFigure& figure, Frame& frame) {
  const auto [low, high] = ends_of(figure);
  const bool percent = figure.metric.unit == "share";
  frame.metric = figure.metric;
  frame.low = std::min(0.0, low);
  frame.high = percent ? 100 : high > frame.low ? high + 0.12 * (high - frame.low) : 1;
  frame.zoomed =
      figure.zoom && low > 0 && high - low < 0.4 * (frame.high - frame.low) && low > 0.3 * high;
  if (frame.zoomed) std::tie(frame.low, frame.high) = zoomed(low, high, percent);
}

Frame frame_of(const BarFigure& figure, double legend_height) {
  Frame frame;
  set_axis(figure, frame);
  frame.top = 20 + legend_height + (figure.heading.empty() ? 0 : 20);
  frame.bottom = frame.top + plot_height;
  const double groups = std::max<double>(1, static_cast<double>(figure.groups.size()));
  const double bars = std::max<double>(1, static_cast<double>(figure.series.size()));
  frame.group_width = (sheet - left - right) / groups;
  frame.bar_width = std::min(64.0, frame.group_width * 0.84 / bars);
  frame.slanted = 6.6 * static_cast<double>(longest_label(figure)) > frame.group_width - 4;
  if (longest_label(figure) > 10) frame.turn = -65;
  return frame;
}

Legend legend_of(const BarFigure& figure) {
  std::vector<std::string> names;
  for (const auto& series : figure.series) names.push_back(series.name);
  return {left, sheet - right, 12, names};
}

void draw_legend(const BarFigure& figure, double top, Drawing& drawing) {
  legend_of(figure).draw(drawing, top, [&](std::size_t i, double x, double y) {
    const std::string color = std::to_string(figure.series[i].color % series_colors);
    const std::string hollow = fmt::format("hollow l{} s", color);
    drawing.rect(x, y, 12, 12, (figure.series[i].published ? hollow : "bar s") + color);
  });
}

void draw_axes(const BarFigure& figure, const Frame& frame, Drawing& drawing) {
  for (const double tick : ticks(frame.low, frame.high, 5)) {
    const double y =
        frame.bottom - (tick - frame.low) / (frame.high - frame.low) * (frame.bottom - frame.top);
    drawing.line(left, y, sheet - right, y, "grid");
    char text[32];
    std::snprintf(text, sizeof text, "%.5g", tick);
    drawing.text(left - 7, y + 4, text, "small", "end");
  }
  drawing.line(left, frame.bottom, sheet - right, frame.bottom, "axis");
  drawing.text(15, (frame.top + frame.bottom) / 2, figure.y_label, "", "middle", -90);
  for (std::size_t g = 0; g < figure.groups.size(); ++g) {
    const std::string label = shortened(one_line(figure.groups[g].label), 28);
    const double x = frame.group_middle(g), y = frame.bottom + 31;
    frame.slanted ? drawing.text(x + 4, y - 2, label, "", "end", frame.turn)
                  : drawing.text(x, y, label, "", "middle");
  }
}

/// Every so-manieth dot of a sorted bar, ends included, so that its spread stays as it is.
std::vector<Dot> thinned(std::vector<Dot> dots, std::size_t most) {
  if (dots.size() <= most) return dots;
  std::stable_sort(dots.begin(), dots.end(),
                   [](const Dot& a, const Dot& b) { return a.value < b.value; });
  return evenly(std::move(dots), most);
}

/// Dots side by side: steps of the golden ratio fill a bar evenly whatever their number.
void draw_dots(const Bar& bar, const BarSeries& series, double x, const Frame& frame,
               std::size_t most, bool titled, Drawing& drawing) {
  const std::string color = std::to_string(series.color % series_colors);
  std::string dots, crosses;
  double place = 0.5;
  for (const Dot& dot : thinned(bar.dots, most)) {
    const double at = x + frame.bar_width * (0.15 + 0.7 * place), y = frame.y(dot.value);
    place = std::fmod(place + 0.6180339887, 1.0);
    if (dot.collapsed) {
      crosses += move(at - 2.6, y - 2.6) + "l5.2 5.2m0-5.2l-5.2 5.2";
    } else if (titled) {
      drawing.circle(at, y, 2.4, "rim s" + color, dot.title);
    } else {
      dots += move(at, y) + "h0";
    }
  }
  drawing.path(dots, "dots l" + color);
  drawing.path(crosses, "cross");
}

/// Upper and lower end of the box of a zoomed figure: the quartiles.
std::pair<double, double> box_of(const Bar& bar, const Frame& frame) {
  std::vector<double> values;
  for (const auto& dot : bar.dots) values.push_back(dot.value);
  if (values.empty()) return {frame.y(bar.median), frame.y(bar.median)};
  std::sort(values.begin(), values.end());
  return {frame.y(quantile(values, 0.75)), frame.y(quantile(values, 0.25))};
}

void draw_bar(const Bar& bar, const BarSeries& series, double x, const Frame& frame,
              const std::string& label, Drawing& drawing) {
  if (!std::isfinite(bar.median)) return;
  const std::string color = std::to_string(series.color % series_colors);
  const double y = frame.y(bar.median), inset = std::min(2.0, frame.bar_width * 0.06);
  const std::string title = fmt::format("{}{}: median {}, n = {}, collapsed {}", series.name,
                                        label.empty() ? "" : " at " + label,
                                        value_text(frame.metric, bar.median), bar.n, bar.collapsed);
  const auto [upper, lower] = frame.zoomed ? box_of(bar, frame) : std::pair(y, frame.y(0));
  drawing.rect(x + inset, std::min(upper, lower), frame.bar_width - 2 * inset,
               std::abs(lower - upper),
               (series.published ? fmt::format("hollow l{} s", color) : "bar s") + color, title);
  drawing.line(x + inset, y, x + frame.bar_width - inset, y, "mid l" + color);
}

void draw_numbers(const Bar& bar, double x, const Frame& frame, Drawing& drawing) {
  if (!std::isfinite(bar.median)) return;
  // Above the dots that crowd round the median, but not above those far from it: there the number
  // would be taken for theirs.
  constexpr double room = 20;
  std::vector<double> values;
  for (const auto& dot : bar.dots) values.push_back(dot.value);
  std::sort(values.begin(), values.end());
  double highest = bar.median;
  for (const double value : values) {
    if (frame.y(highest) - frame.y(value) > room) break;
    highest = std::max(highest, value);
  }
  const double middle = x + frame.bar_width / 2;
  if (frame.bar_width >= 24) {
    const bool percent = frame.metric.unit == "share";
    drawing.text(middle, frame.y(highest) - 6,
                 rounded(drawn(frame.metric, bar.median), percent ? 1 : 3), "value", "middle");
  }
  if (bar.collapsed > 0 && frame.bar_width >= 9) {
    drawing.text(middle, frame.bottom + 13, "\xC3\x97" + std::to_string(bar.collapsed), "value",
                 "middle");
  }
}

}  // namespace

std::string bar_caption(const BarFigure& figure) {
  Frame frame;
  set_axis(figure, frame);
  std::string caption =
      frame.zoomed
          ? "Line: median of the finished runs, collapsed ones included; box: first to third "
            "quartile. Dot: a run. The axis does not start at 0."
          : "Bar: median of the finished runs, collapsed ones included. Dot: a run.";
  bool collapsed = false, published = false;
  for (const auto& group : figure.groups) {
    for (const auto& bar : group.bars) collapsed = collapsed || bar.collapsed > 0;
  }
  for (const auto& series : figure.series) published = published || series.published;
  if (collapsed) {
    caption += fmt::format(
        " Cross: a collapsed run ({}); \xC3\x97N below a bar counts them.",
        results::is_return(figure.metric) ? "it always acts alike" : "one answer to everything");
  }
  if (published) caption += " Hollow: published values.";
  if (std::isfinite(figure.chance)) {
    const bool seen = frame.low <= 100 * figure.chance && 100 * figure.chance <= frame.high;
    caption += fmt::format("{}{} %.",
                           seen ? " Dashed: chance, " : " Chance, which lies outside the axis: ",
                           rounded(100 * figure.chance, 1));
  }
  return caption;
}

Drawing draw_bars(const BarFigure& figure, std::size_t most_dots) {
  const Frame frame = frame_of(figure, legend_of(figure).height());
  const double sink = 6.6 * std::sin(-frame.turn * 3.14159 / 180);  // of a slanted letter
  const double letters = static_cast<double>(std::min<std::size_t>(28, longest_label(figure)));
  const double label_room = frame.slanted ? 30 + sink * letters : 38;
  const double height = frame.bottom + label_room + (figure.x_label.empty() ? 0 : 20);
  Drawing drawing(sheet, height, figure.title, bar_caption(figure));
  if (!figure.heading.empty()) drawing.text(left, 18, figure.heading, "heading");
  draw_legend(figure, figure.heading.empty() ? 6 : 27, drawing);
  draw_axes(figure, frame, drawing);
  const double chance = drawn(figure.metric, figure.chance);
  if (frame.low <= chance && chance <= frame.high) {
    const double y = frame.y(figure.chance);
    drawing.line(left, y, sheet - right, y, "chance");
  }
  std::size_t bars = 0, dots = 0;
  for (const auto& group : figure.groups) {
    bars += group.bars.size();
    for (const auto& bar : group.bars) dots += bar.dots.size();
  }
  const std::size_t each = std::max<std::size_t>(8, most_dots / std::max<std::size_t>(1, bars));
  for (std::size_t g = 0; g < figure.groups.size(); ++g) {
    const auto& group = figure.groups[g];
    for (std::size_t b = 0; b < group.bars.size(); ++b) {
      const double x = frame.bar_left(g, b, group.bars.size());
      draw_bar(group.bars[b], figure.series[b], x, frame, group.label, drawing);
      draw_dots(group.bars[b], figure.series[b], x, frame, each, dots <= 400, drawing);
      draw_numbers(group.bars[b], x, frame, drawing);
    }
  }
  if (!figure.x_label.empty()) {
    drawing.text((left + sheet - right) / 2, height - 6, figure.x_label, "", "middle");
  }
  return drawing;
}

std::string numbers_of(const BarFigure& figure) {
  const std::string x = figure.x_label.empty() ? "group" : figure.x_label;
  std::string text = fmt::format("{},series,median,n,collapsed,runs\n", csv_field(one_line(x)));
  for (const auto& group : figure.groups) {
    for (std::size_t s = 0; s < group.bars.size(); ++s) {
      const Bar& bar = group.bars[s];
      std::string runs;
      for (const auto& dot : bar.dots) runs += (runs.empty() ? "" : " ") + shortest(dot.value);
      text += fmt::format("{},{},{},{},{},{}\n", csv_field(one_line(group.label)),
                          csv_field(one_line(figure.series[s].name)), shortest(bar.median), bar.n,
                          bar.collapsed, runs);
    }
  }
  return text;
}

}  // namespace glia::report
