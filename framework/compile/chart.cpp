// SPDX-License-Identifier: MIT
#include "compile/chart.hpp"

#include "report/legend.hpp"
#include "report/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace glia::compile {
namespace {

constexpr double panel_width = 330, plot_height = 250, left = 62, right = 12, top = 34, below = 44;

struct Axis {
  bool log = false;
  double low = INFINITY, high = -INFINITY;  // of logarithms where log

  bool shows(double value) const { return std::isfinite(value) && (!log || value > 0); }
  double at(double value) const { return log ? std::log10(value) : value; }
  void take(double value) {
    if (!shows(value)) return;
    low = std::min(low, at(value));
    high = std::max(high, at(value));
  }
  void settle() {
    if (!(low <= high)) low = 0, high = 1;
    const double margin = high > low ? 0.04 * (high - low) : 0.5;
    low -= margin;
    high += margin;
  }
  double share(double value) const { return (at(value) - low) / (high - low); }

  std::vector<std::pair<double, std::string>> marks() const {
    std::vector<std::pair<double, std::string>> all;
    if (!log) {
      for (const double tick : report::ticks(low, high, 5)) {
        all.emplace_back(tick, fmt::format("{:.4g}", tick));
      }
      return all;
    }
    constexpr double few = 2.2;  // powers of ten: there is room for marks between them
    for (int power = static_cast<int>(std::floor(low)); high - low < few && power <= high;
         ++power) {
      for (const double factor : {1.0, 2.0, 5.0}) {
        const double tick = factor * std::pow(10, power);
        if (at(tick) >= low && at(tick) <= high) {
          all.emplace_back(tick, fmt::format("{:.4g}", tick));
        }
      }
    }
    if (!all.empty()) return all;
    const int apart = std::max(1, static_cast<int>(std::ceil((high - low) / 7)));
    for (int power = static_cast<int>(std::ceil(low)); power <= high; power += apart) {
      const bool plain = power >= 0 && power <= 4;
      all.emplace_back(std::pow(10, power), plain ? fmt::format("{:.0f}", std::pow(10, power))
                                                  : fmt::format("1e{}", power));
    }
    return all;
  }
};

class Panel {
 public:
  Panel(const ChartPanel& panel, double from, report::Drawing& drawing)
      : panel_(panel), from_(from), drawing_(drawing) {
    x_.log = panel.log_x;
    y_.log = panel.log_y;
    for (const ChartSeries& series : panel.series) {
      for (const auto& [x, y] : series.points) {
        if (!x_.shows(x) || !y_.shows(y)) continue;
        x_.take(x);
        y_.take(y);
      }
    }
    x_.settle();
    y_.settle();
  }

  void draw() {
    const double first = from_ + left, last = from_ + panel_width - right;
    for (const auto& [value, text] : y_.marks()) {
      drawing_.line(first, y(value), last, y(value), "grid");
      drawing_.text(first - 6, y(value) + 4, text, "small", "end");
    }
    for (const auto& [value, text] : x_.marks()) {
      drawing_.text(x(value), top + plot_height + 16, text, "small", "middle");
    }
    drawing_.line(first, top + plot_height, last, top + plot_height, "axis");
    drawing_.text((first + last) / 2, top + plot_height + 34, panel_.x_label, "", "middle");
    drawing_.text(from_ + 14, top + plot_height / 2, panel_.y_label, "", "middle", -90);
    for (const ChartSeries& series : panel_.series) draw(series);
  }

 private:
  double x(double value) const {
    return from_ + left + x_.share(value) * (panel_width - left - right);
  }
  double y(double value) const { return top + (1 - y_.share(value)) * plot_height; }

  void draw(const ChartSeries& series) {
    const std::string color = std::to_string(series.color % report::series_colors);
    std::string path;
    for (const auto& [a, b] : series.points) {
      if (!x_.shows(a) || !y_.shows(b)) continue;
      path += path.empty() ? report::move(x(a), y(b)) : report::go(x(a), y(b));
    }
    if (series.line) drawing_.path(path, (series.dashed ? "curve thin l" : "curve l") + color);
    if (!series.dots) return;
    for (const auto& [a, b] : series.points) {
      if (!x_.shows(a) || !y_.shows(b)) continue;
      drawing_.circle(x(a), y(b), 3.4, "s" + color,
                      fmt::format("{}: {:.6g}, {:.4g}", series.name, a, b));
    }
  }

  const ChartPanel& panel_;
  double from_;
  report::Drawing& drawing_;
  Axis x_, y_;
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
