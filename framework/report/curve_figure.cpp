// SPDX-License-Identifier: MIT
#include "report/curve_figure.hpp"

#include "core/text.hpp"
#include "report/axis_scale.hpp"
#include "report/legend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace glia::report {
namespace {

constexpr double sheet = 760, left = 58, right = 16, plot_height = 220;

double value_of(const results::CurvePoint& point, Measure measure) {
  switch (measure) {
    case Measure::test_accuracy:
      return point.test_accuracy;
    case Measure::validation_accuracy:
      return point.validation_accuracy;
    case Measure::test_loss:
      return point.test_loss;
    case Measure::validation_loss:
      return point.validation_loss;
    case Measure::train_loss:
      break;
  }
  return point.train_loss;
}

struct Frame {
  double top = 0, bottom = 0;
  double first = 1, last = 1;  // x
  double low = 0, high = 1;

  double x(double value) const {
    const double span = last > first ? last - first : 1;
    return left + (value - first) / span * (sheet - left - right);
  }
  double y(double value) const {
    const double share = (value - low) / (high - low);
    return bottom - std::clamp(share, 0.0, 1.0) * (bottom - top);
  }
};

Legend legend_of(const CurveFigure& figure) {
  std::vector<std::string> names;
  for (const auto& series : figure.series) names.push_back(series.name);
  return {left, sheet - right, 20, names};
}

void draw_legend(const CurveFigure& figure, double top, Drawing& drawing) {
  legend_of(figure).draw(drawing, top, [&](std::size_t i, double x, double y) {
    const CurveSeries& series = figure.series[i];
    const std::string color = std::to_string(series.color % series_colors);
    drawing.line(x, y + 6, x + 20, y + 6, std::string(legend_style(series.stroke)) + color,
                 series.shade);
  });
}

Frame frame_of(const CurveFigure& figure) {
  Frame frame;
  frame.top = 16 + legend_of(figure).height() + (figure.heading.empty() ? 0 : 20);
  frame.bottom = frame.top + plot_height;
  double low = INFINITY, high = -INFINITY;
  frame.first = INFINITY, frame.last = -INFINITY;
  for (const auto& series : figure.series) {
    for (const auto& point : series.points) {
      frame.first = std::min(frame.first, point.x);
      frame.last = std::max(frame.last, point.x);
      low = std::min({low, point.q1, point.median});
      high = std::max({high, point.q3, point.median});
    }
  }
  if (!(frame.first <= frame.last)) frame.first = frame.last = 1;
  // Chance tells how far a curve has come, unless it would press the curves together.
  if (figure.percent && figure.chance < low && low - figure.chance < high - low)
    low = figure.chance;
  if (figure.percent && low <= high) {
    std::tie(frame.low, frame.high) = zoomed(100 * low, 100 * high, true);
    frame.low /= 100, frame.high /= 100;
  } else if (low <= high) {
    const double margin = high > low ? 0.05 * (high - low) : 0.5;
    frame.low = low >= 0 ? std::max(0.0, low - margin) : low - margin;
    frame.high = high + margin;
  }
  return frame;
}

void draw_axes(const CurveFigure& figure, const Frame& frame, Drawing& drawing) {
  for (const double tick : ticks(frame.low, frame.high, 5)) {
    const double y = frame.y(tick);
    drawing.line(left, y, sheet - right, y, "grid");
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", figure.percent ? 100 * tick : tick);
    drawing.text(left - 7, y + 4, text, "small", "end");
  }
  drawing.line(left, frame.bottom, sheet - right, frame.bottom, "axis");
  for (const double tick : ticks(frame.first, frame.last, 8)) {
    if (figure.whole && tick != std::floor(tick)) continue;
    drawing.text(frame.x(tick), frame.bottom + 16, coordinate(tick), "small", "middle");
  }
  drawing.text((left + sheet - right) / 2, frame.bottom + 34, figure.x_label, "", "middle");
  drawing.text(15, (frame.top + frame.bottom) / 2, figure.y_label, "", "middle", -90);
}

void draw_series(const CurveSeries& series, const Frame& frame, Drawing& drawing) {
  const std::string color = std::to_string(series.color % series_colors);
  std::string line, upper, lower;
  bool several = false;
  const auto& points = series.points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto& point = points[i];
    const auto& opposite = points[points.size() - 1 - i];
    const double x = frame.x(point.x);
    line += i ? go(x, frame.y(point.median)) : move(x, frame.y(point.median));
    upper += i ? go(x, frame.y(point.q3)) : move(x, frame.y(point.q3));
    lower += go(frame.x(opposite.x), frame.y(opposite.q1));
    several = several || point.n > 1;
  }
  if (points.size() == 1) {
    const auto& only = points.front();
    drawing.circle(frame.x(only.x), frame.y(only.median), 4, "s" + color, series.name,
                   series.shade);
    return;
  }
  if (several && !points.empty() && series.stroke == Stroke::solid) {
    drawing.path(upper + lower + 'Z', "band s" + color, series.shade);
  }
  drawing.path(line, std::string(curve_style(series.stroke)) + color, series.shade);
}

}  // namespace

Band band_of(const Sample& sample, Measure measure, std::size_t most) {
  std::map<std::int64_t, std::vector<double>> by_epoch;
  for (const auto* run : sample.test.runs) {
    for (const auto& point : run->curve) {
      const double value = value_of(point, measure);
      if (std::isfinite(value)) by_epoch[point.epoch].push_back(value);
    }
  }
  const std::size_t count = by_epoch.size();
  Band band{.points = {}, .epochs = count};
  std::size_t index = 0, taken = 0;
  for (auto& [epoch, values] : by_epoch) {
    // Evenly spread over the epochs; the first and the last are always among them.
    const bool wanted = count <= most || index == taken * (count - 1) / (most - 1);
    ++index;
    if (!wanted) continue;
    ++taken;
    std::sort(values.begin(), values.end());
    band.points.push_back({static_cast<double>(epoch), quantile(values, 0.5),
                           quantile(values, 0.25), quantile(values, 0.75), values.size()});
  }
  return band;
}

std::string thinned_epochs(std::size_t all, std::size_t most, const std::string& step) {
  return all > most ? fmt::format(" Thinned out evenly to {} of {} {}s.", most, all, step) : "";
}

std::string numbers_of(const CurveFigure& figure) {
  std::string text = fmt::format("series,{},median,q1,q3,n\n", csv_field(one_line(figure.x_label)));
  for (const auto& series : figure.series) {
    const std::string name = csv_field(one_line(series.name));
    for (const auto& point : series.points) {
      text += fmt::format("{},{},{},{},{},{}\n", name, shortest(point.x), shortest(point.median),
                          shortest(point.q1), shortest(point.q3), point.n);
    }
  }
  return text;
}

Drawing draw_curves(const CurveFigure& figure) {
  const Frame frame = frame_of(figure);
  Drawing drawing(sheet, frame.bottom + 42, figure.title, figure.description);
  if (!figure.heading.empty()) drawing.text(left, 18, figure.heading, "heading");
  draw_legend(figure, figure.heading.empty() ? 4 : 26, drawing);
  draw_axes(figure, frame, drawing);
  if (figure.percent && frame.low <= figure.chance && figure.chance <= frame.high) {
    const double y = frame.y(figure.chance);
    drawing.line(left, y, sheet - right, y, "chance");
    drawing.text(sheet - right, y - 4, "chance", "small", "end");
  }
  for (const auto& series : figure.series) draw_series(series, frame, drawing);
  return drawing;
}

}  // namespace glia::report
