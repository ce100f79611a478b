// SPDX-License-Identifier: MIT
#include "compile/chart.hpp"

#include "report/axis_scale.hpp"
#include "report/legend.hpp"
#include "report/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace glia::compile {
namespace {

constexpr double panel_width = 330, plot_height = 250, left = 62, right = 12, top = 34, below = 44;

/// What an axis has to show; of logarithms where they are to be even.
struct Extent {
  bool logarithmic = false;
  double low = INFINITY, high = -INFINITY;

  bool shows(double value) const { return std::isfinite(value) && (!logarithmic || value > 0); }
  void take(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  /// With some room at both ends.
  report::AxisScale scale() const {
    constexpr double room = 0.04;
    if (!(low <= high)) return report::AxisScale::numbers(0, 1);
    if (!logarithmic) {
      return report::AxisScale::numbers(low - room * (high - low), high + room * (high - low));
    }
    const double factor = std::pow(high / low, room);
    return report::AxisScale::numbers(low / factor, high * factor, true);
  }
};

class Panel {
 public:
  Panel(const ChartPanel& panel, double from, report::Drawing& drawing)
      : panel_(panel),
        from_(from),
        drawing_(drawing),
        x_extent_{panel.log_x},
        y_extent_{panel.log_y} {
    for (const ChartSeries& series : panel.series) {
      for (const auto& [x, y] : series.points) {
        if (!shows(x, y)) continue;
        x_extent_.take(x);
        y_extent_.take(y);
      }
    }
    x_ = x_extent_.scale();
    y_ = y_extent_.scale();
  }

  void draw() {
    const double first = from_ + left, last = from_ + panel_width - right;
    for (const auto& [share, text] : y_.marks(marks)) {
      drawing_.line(first, at_y(share), last, at_y(share), "grid");
      drawing_.text(first - 6, at_y(share) + 4, text, "small", "end");
    }
    for (const auto& [share, text] : x_.marks(marks)) {
      drawing_.text(at_x(share), top + plot_height + 16, text, "small", "middle");
    }
    drawing_.line(first, top + plot_height, last, top + plot_height, "axis");
    drawing_.text((first + last) / 2, top + plot_height + 34, panel_.x_label, "", "middle");
    drawing_.text(from_ + 14, top + plot_height / 2, panel_.y_label, "", "middle", -90);
    for (const ChartSeries& series : panel_.series) draw(series);
  }

 private:
  static constexpr int marks = 6;  // about so many on an axis

  bool shows(double x, double y) const { return x_extent_.shows(x) && y_extent_.shows(y); }
  double at_x(double share) const { return from_ + left + share * (panel_width - left - right); }
  static double at_y(double share) { return top + (1 - share) * plot_height; }
  double x(double value) const { return at_x(x_.share(value)); }
  double y(double value) const { return at_y(y_.share(value)); }

  void draw(const ChartSeries& series) {
    const std::string color = std::to_string(series.color % report::series_colors);
    std::string path;
    for (const auto& [a, b] : series.points) {
      if (!shows(a, b)) continue;
      path += path.empty() ? report::move(x(a), y(b)) : report::go(x(a), y(b));
    }
    if (series.line) drawing_.path(path, (series.dashed ? "curve thin l" : "curve l") + color);
    if (!series.dots) return;
    for (const auto& [a, b] : series.points) {
      if (!shows(a, b)) continue;
      drawing_.circle(x(a), y(b), 3.4, "s" + color,
                      fmt::format("{}: {:.6g}, {:.4g}", series.name, a, b));
    }
  }

  const ChartPanel& panel_;
  double from_;
  report::Drawing& drawing_;
  Extent x_extent_, y_extent_;
  report::AxisScale x_{}, y_{};
};

}  // namespace

std::string chart(const std::string& title, const std::vector<ChartPanel>& panels) {
  std::vector<std::string> names;
  for (const ChartSeries& series : panels.front().series) names.push_back(series.name);
  const double width = panel_width * static_cast<double>(panels.size());
  const report::Legend legend(left, width - right, 24, names);
  const double bottom = top + plot_height + below;
  report::Drawing drawing(width, bottom + legend.height() + 8, title, title);
  drawing.text(left, 18, title, "heading");
  for (std::size_t k = 0; k < panels.size(); ++k) {
    Panel(panels[k], panel_width * static_cast<double>(k), drawing).draw();
  }
  legend.draw(drawing, bottom, [&](std::size_t i, double x, double y) {
    const ChartSeries& series = panels.front().series[i];
    const std::string color = std::to_string(series.color % report::series_colors);
    if (series.line) {
      drawing.line(x, y + 6, x + 22, y + 6, (series.dashed ? "curve thin l" : "curve l") + color);
    }
    if (series.dots) drawing.circle(x + 11, y + 6, 3.4, "s" + color);
  });
  return drawing.file();
}

}  // namespace glia::compile
