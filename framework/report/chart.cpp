// SPDX-License-Identifier: MIT
#include "report/chart.hpp"

#include "core/text.hpp"
#include "report/axis_scale.hpp"
#include "report/legend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace glia::report {
namespace {

/// What an axis has to show; of logarithms where they are to be even.
struct Extent {
  bool logarithmic = false;
  double low = INFINITY, high = -INFINITY;

  bool shows(double value) const { return std::isfinite(value) && (!logarithmic || value > 0); }
  void take(double value) {
    if (!shows(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  /// With some room at both ends.
  AxisScale scale() const {
    constexpr double room = 0.04;
    if (!(low <= high)) return AxisScale::numbers(0, 1);
    if (!logarithmic) {
      return AxisScale::numbers(low - room * (high - low), high + room * (high - low));
    }
    const double factor = std::pow(high / low, room);
    return AxisScale::numbers(low / factor, high * factor, true);
  }
};

class Panel {
 public:
  Panel(const ChartPanel& panel, const ChartPlace& place, Drawing& drawing)
      : panel_(panel),
        place_(place),
        drawing_(drawing),
        x_extent_{panel.log_x},
        y_extent_{panel.log_y} {
    for (const ChartSeries& series : panel.series) {
      for (const auto& [x, y] : series.points) {
        if (!shows(x, y)) continue;
        x_extent_.take(x);
        y_extent_.take(y);
      }
      for (const auto* bands : {&series.band, &series.ends}) {
        for (const auto& [low, high] : *bands) y_extent_.take(low), y_extent_.take(high);
      }
    }
    x_ = x_extent_.scale();
    y_ = std::isfinite(panel.low) && std::isfinite(panel.high)
             ? AxisScale::numbers(panel.low, panel.high, panel.log_y)
             : y_extent_.scale();
  }

  void draw() {
    draw_axes();
    if (std::isfinite(panel_.chance) && y_.holds(panel_.chance)) {
      drawing_.line(place_.left(), y(panel_.chance), place_.right(), y(panel_.chance), "chance");
    }
    for (const ChartSeries& series : panel_.series) draw(series);
  }

 private:
  static constexpr int marks = 6;  // about so many on an axis

  bool shows(double x, double y) const { return x_extent_.shows(x) && y_extent_.shows(y); }
  double at_x(double share) const {
    return place_.left() + share * (place_.right() - place_.left());
  }
  double at_y(double share) const { return place_.y + (1 - share) * place_.plot_height; }
  double x(double value) const { return at_x(x_.share(value)); }
  double y(double value) const { return at_y(y_.share(value)); }

  void draw_axes() {
    const double middle = (place_.left() + place_.right()) / 2;
    if (!panel_.heading.empty()) {
      drawing_.text(middle, place_.y - 10, panel_.heading, "heading", "middle");
    }
    for (const auto& [share, text] : y_.marks(marks)) {
      drawing_.line(place_.left(), at_y(share), place_.right(), at_y(share), "grid");
      drawing_.text(place_.left() - 6, at_y(share) + 4, text, "small", "end");
    }
    for (const auto& [share, text] : x_.marks(marks)) {
      if (panel_.whole_x && text.find('.') != std::string::npos) continue;
      drawing_.text(at_x(share), place_.bottom() + 16, text, "small", "middle");
    }
    drawing_.line(place_.left(), place_.bottom(), place_.right(), place_.bottom(), "axis");
    drawing_.text(middle, place_.bottom() + 34, panel_.x_label, "", "middle");
    drawing_.text(place_.x + 14, place_.y + place_.plot_height / 2, panel_.y_label, "", "middle",
                  -90);
  }

  /// The band of the quartiles, and dashed lines along the ends.
  void draw_bands(const ChartSeries& series, const std::string& color) {
    std::string upper, lower, highest, lowest;
    for (std::size_t i = 0; i < series.band.size() && i < series.points.size(); ++i) {
      const double at = x(series.points[i].first);
      const auto& back = series.band[series.band.size() - 1 - i];
      const double back_at = x(series.points[series.band.size() - 1 - i].first);
      upper += i ? go(at, y(series.band[i].second)) : move(at, y(series.band[i].second));
      lower += go(back_at, y(back.first));
    }
    if (!upper.empty()) drawing_.path(upper + lower + 'Z', "band s" + color);
    for (std::size_t i = 0; i < series.ends.size() && i < series.points.size(); ++i) {
      const double at = x(series.points[i].first);
      lowest += i ? go(at, y(series.ends[i].first)) : move(at, y(series.ends[i].first));
      highest += i ? go(at, y(series.ends[i].second)) : move(at, y(series.ends[i].second));
    }
    drawing_.path(lowest, "curve thin l" + color);
    drawing_.path(highest, "curve thin l" + color);
  }

  void draw(const ChartSeries& series) {
    const std::string color = std::to_string(series.color % series_colors);
    draw_bands(series, color);
    std::string path;
    for (const auto& [a, b] : series.points) {
      if (!shows(a, b)) continue;
      path += path.empty() ? move(x(a), y(b)) : go(x(a), y(b));
    }
    const std::string style(curve_style(series.stroke));
    if (series.line) drawing_.path(path, style + color);
    if (!series.dots) return;
    for (const auto& [a, b] : series.points) {
      if (!shows(a, b)) continue;
      drawing_.circle(x(a), y(b), series.stroke == Stroke::solid ? 3.4 : 2.4, "s" + color,
                      fmt::format("{}: {:.6g}, {:.4g}", series.name, a, b));
    }
  }

  const ChartPanel& panel_;
  const ChartPlace& place_;
  Drawing& drawing_;
  Extent x_extent_, y_extent_;
  AxisScale x_{}, y_{};
};

}  // namespace

void draw_panel(const ChartPanel& panel, const ChartPlace& place, Drawing& drawing) {
  Panel(panel, place, drawing).draw();
}

std::string chart(const std::string& title, const std::string& note,
                  const std::vector<ChartPanel>& panels) {
  std::vector<std::string> names;
  for (const ChartSeries& series : panels.front().series) names.push_back(series.name);
  ChartPlace place{.y = note.empty() ? 34.0 : 50.0};
  const double width = std::max(place.width * static_cast<double>(panels.size()),
                                place.left() + 6.2 * static_cast<double>(glia::width(note)));
  const Legend legend(place.left(), width - 12, 24, names);
  const double bottom = place.bottom() + ChartPlace::below;
  Drawing drawing(width, bottom + legend.height() + 8, title, note.empty() ? title : note);
  drawing.text(place.left(), 18, title, "heading");
  if (!note.empty()) drawing.text(place.left(), 35, note, "small");
  for (const ChartPanel& panel : panels) {
    draw_panel(panel, place, drawing);
    place.x += place.width;
  }
  legend.draw(drawing, bottom, [&](std::size_t i, double x, double y) {
    const ChartSeries& series = panels.front().series[i];
    const std::string color = std::to_string(series.color % series_colors);
    if (series.line) {
      drawing.line(x, y + 6, x + 22, y + 6, std::string(curve_style(series.stroke)) + color);
    }
    if (series.dots) drawing.circle(x + 11, y + 6, 3.4, "s" + color);
  });
  return drawing.file();
}

}  // namespace glia::report
