// SPDX-License-Identifier: MIT
#include "core/text.hpp"
#include "report/legend.hpp"
#include "report/scatter_figure.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace glia::report {
namespace {

constexpr double sheet = 760, left = 60, right = 60, height = 230;

/// Unbroken parts of a line: it ends where a setting does not apply.
std::string line_data(const ParallelFigure& figure, const ParallelLine& line, double top) {
  std::string data;
  bool drawing = false;
  const auto gaps = std::max<double>(1, static_cast<double>(figure.axes.size()) - 1);
  for (std::size_t a = 0; a < figure.axes.size(); ++a) {
    if (!std::isfinite(line.values[a])) {
      drawing = false;
      continue;
    }
    const double x = left + static_cast<double>(a) / gaps * (sheet - left - right);
    const double y = top + height * (1 - figure.axes[a].share(line.values[a]));
    data += drawing ? go(x, y) : move(x, y);
    drawing = true;
  }
  return data;
}

void draw_axis(const ParallelFigure& figure, std::size_t axis, double top, Drawing& drawing) {
  const std::size_t count = figure.axes.size();
  const double gap = (sheet - left - right) / std::max<double>(1, static_cast<double>(count) - 1);
  const double x = left + static_cast<double>(axis) * gap;
  drawing.line(x, top, x, top + height, "axis");
  const bool last = axis + 1 == count;
  for (const auto& [share, label] : figure.axes[axis].marks(4)) {
    const double y = top + height * (1 - share);
    drawing.line(x - 3, y, x + 3, y, "axis");
    drawing.text(last ? x + 6 : x - 6, y + 4, shortened(label, 9), "small halo",
                 last ? "start" : "end");
  }
  const auto letters = static_cast<std::size_t>(std::max(6.0, std::min(gap, 2 * left) / 6.8));
  // In turn above one another, so that long names do not touch.
  drawing.text(x, top - (axis % 2 ? 24 : 9), shortened(figure.names[axis], 2 * letters - 2),
               "value",
               axis == 0 ? "start"
               : last    ? "end"
                         : "middle");
}

}  // namespace

Drawing draw_parallel(const ParallelFigure& figure, std::size_t most) {
  std::vector<std::string> names{"finished: paler is worse, deeper is better"};
  const auto& lines = figure.lines;
  const bool pruned =
      std::any_of(lines.begin(), lines.end(), [](const auto& line) { return line.pruned; });
  if (pruned) names.push_back("stopped early");
  names.push_back("best");
  const Legend legend(14, sheet - 14, 20, names);
  const double top = 48 + legend.height();
  Drawing drawing(sheet, top + height + 14, figure.title, figure.description);
  legend.draw(drawing, 4, [&](std::size_t i, double x, double y) {
    if (i == 0) {
      for (int k = 0; k < 5; ++k)
        drawing.rect(x + 4 * k, y + 3, 4.2, 6, "", "", shade(k / 4.0).color);
    } else {
      drawing.line(x, y + 6, x + 20, y + 6, i + 1 == names.size() ? "mid l1" : "thin l7");
    }
  });
  std::vector<const ParallelLine*> kept;
  const std::size_t every = (lines.size() + most - 1) / std::max<std::size_t>(1, most);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (every <= 1 || i % every == 0 || lines[i].best) kept.push_back(&lines[i]);
  }
  std::stable_sort(kept.begin(), kept.end(), [](const auto* a, const auto* b) {
    return std::tuple(a->best, !a->pruned, a->share) < std::tuple(b->best, !b->pruned, b->share);
  });
  for (const auto* line : kept) {
    const std::string data = line_data(figure, *line, top);
    if (line->best) drawing.path(data, "mid l1", {}, line->title);
    if (!line->best && line->pruned) drawing.path(data, "strand thin l7", {}, line->title);
    if (!line->best && !line->pruned) {
      drawing.path(data, "strand", shade(line->share).color, line->title);
    }
  }
  for (std::size_t a = 0; a < figure.axes.size(); ++a) draw_axis(figure, a, top, drawing);
  return drawing;
}

}  // namespace glia::report
