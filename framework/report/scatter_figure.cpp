// SPDX-License-Identifier: MIT
#include "report/scatter_figure.hpp"

#include "core/text.hpp"
#include "report/legend.hpp"

#include <algorithm>
#include <cmath>

namespace glia::report {
namespace {

struct Frame {
  double left = 52, right = 0, top = 0, bottom = 0;
  double x(double share) const { return left + share * (right - left); }
  double y(double share) const { return bottom - share * (bottom - top); }
};

/// What the legend says, and in what order.
struct Kinds {
  bool finished = false, pruned = false, best = false;
  std::string steps;

  std::vector<std::string> names() const {
    std::vector<std::string> all;
    if (finished) all.push_back("finished");
    if (pruned) all.push_back("stopped early");
    if (best) all.push_back("best");
    if (!steps.empty()) all.push_back(steps);
    return all;
  }
};

Kinds kinds_of(const ScatterFigure& figure) {
  Kinds kinds;
  for (const auto& mark : figure.marks) {
    (mark.pruned ? kinds.pruned : kinds.finished) = true;
    kinds.best = kinds.best || mark.best;
  }
  if (!figure.steps.empty()) kinds.steps = figure.step_name;
  return kinds;
}

void draw_mark(const ScatterMark& mark, double x, double y, Drawing& drawing) {
  mark.pruned ? drawing.circle(x, y, 3, "ring l7", mark.title)
              : drawing.circle(x, y, 3, "rim s0", mark.title);
  if (mark.best) drawing.circle(x, y, 6, "best");
}

void draw_legend(const ScatterFigure& figure, const Legend& legend, Drawing& drawing) {
  const auto names = kinds_of(figure).names();
  legend.draw(drawing, 4, [&](std::size_t i, double x, double y) {
    if (names[i] == "finished") draw_mark({}, x + 6, y + 6, drawing);
    if (names[i] == "stopped early")
      draw_mark({.pruned = true, .title = {}}, x + 6, y + 6, drawing);
    if (names[i] == "best") drawing.circle(x + 6, y + 6, 6, "best");
    if (names[i] == figure.step_name) drawing.line(x, y + 6, x + 12, y + 6, "mid l1");
  });
}

void draw_axes(const ScatterFigure& figure, const Frame& frame, Drawing& drawing) {
  for (const auto& [share, label] : figure.y.marks(5)) {
    drawing.line(frame.left, frame.y(share), frame.right, frame.y(share), "grid");
    drawing.text(frame.left - 6, frame.y(share) + 4, shortened(label, 8), "small", "end");
  }
  drawing.line(frame.left, frame.bottom, frame.right, frame.bottom, "axis");
  const auto marks = figure.x.marks(figure.wide ? 8 : 5);
  const double room = (frame.right - frame.left) / std::max<double>(1, marks.size());
  const auto letters = static_cast<std::size_t>(std::max(4.0, room / 6.4));
  for (const auto& [share, label] : marks) {
    drawing.line(frame.x(share), frame.bottom, frame.x(share), frame.bottom + 4, "axis");
    // The outermost labels end where the axis does.
    const char* anchor = share > 0.97 ? "end" : share < 0.03 ? "start" : "middle";
    drawing.text(frame.x(share), frame.bottom + 17, shortened(label, letters), "small", anchor);
  }
  drawing.text((frame.left + frame.right) / 2, frame.bottom + 36, shortened(figure.x_label, 64), "",
               "middle");
  drawing.text(13, (frame.top + frame.bottom) / 2, shortened(figure.y_label, 34), "", "middle",
               -90);
}

std::vector<const ScatterMark*> thinned(const std::vector<ScatterMark>& marks, std::size_t most) {
  std::vector<const ScatterMark*> kept;
  const std::size_t every = (marks.size() + most - 1) / std::max<std::size_t>(1, most);
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (every <= 1 || i % every == 0 || marks[i].best) kept.push_back(&marks[i]);
  }
  // The best on top of the finished, and these on top of those that were stopped.
  std::stable_sort(kept.begin(), kept.end(), [](const auto* a, const auto* b) {
    return std::pair(a->best, !a->pruned) < std::pair(b->best, !b->pruned);
  });
  return kept;
}

}  // namespace

Drawing draw_scatter(const ScatterFigure& figure, std::size_t most) {
  const double sheet = figure.wide ? 760 : 400;
  const Legend legend(52, sheet - 12, 12, kinds_of(figure).names());
  Frame frame;
  frame.right = sheet - 14;
  frame.top = 14 + legend.height();
  frame.bottom = frame.top + (figure.wide ? 230 : 200);
  Drawing drawing(sheet, frame.bottom + 44, figure.title, figure.description);
  draw_legend(figure, legend, drawing);
  draw_axes(figure, frame, drawing);
  if (std::isfinite(figure.chance) && figure.y.holds(figure.chance)) {
    const double y = frame.y(figure.y.share(figure.chance));
    drawing.line(frame.left, y, frame.right, y, "chance");
    drawing.text(frame.right, y - 4, "chance", "small", "end");
  }
  for (const auto* mark : thinned(figure.marks, most)) {
    draw_mark(*mark, frame.x(figure.x.share(mark->x)), frame.y(figure.y.share(mark->y)), drawing);
  }
  std::string line;
  for (std::size_t i = 0; i < figure.steps.size(); ++i) {
    const double x = frame.x(figure.x.share(figure.steps[i].first));
    const double y = frame.y(figure.y.share(figure.steps[i].second));
    if (i) line += 'H' + coordinate(x) + 'V' + coordinate(y);
    if (!i) line = move(x, y);
  }
  drawing.path(line, "mid l1");
  return drawing;
}

Drawing draw_shares(const std::string& title,
                    const std::vector<std::pair<std::string, double>>& shares) {
  constexpr double sheet = 760, row = 26, top = 10;
  std::size_t longest = 4;
  double most = 0;
  for (const auto& [name, share] : shares) {
    longest = std::max(longest, std::min<std::size_t>(44, width(name)));
    if (std::isfinite(share)) most = std::max(most, share);
  }
  const double left = 14 + 6.8 * static_cast<double>(longest), right = sheet - 70;
  Drawing drawing(sheet, top + row * static_cast<double>(shares.size()) + 10, title,
                  "A bar for each setting.");
  for (std::size_t i = 0; i < shares.size(); ++i) {
    const auto& [name, share] = shares[i];
    const double y = top + row * static_cast<double>(i);
    const double length = std::isfinite(share) && most > 0 ? share / most * (right - left) : 0;
    drawing.text(left - 8, y + 14, shortened(one_line(name), 44), "", "end");
    drawing.rect(left, y + 3, std::max(0.0, length), 15, "bar s0", name);
    drawing.text(left + std::max(0.0, length) + 6, y + 14, rounded(100 * share, 1) + " %", "value");
  }
  drawing.line(left, top, left, top + row * static_cast<double>(shares.size()), "axis");
  return drawing;
}

}  // namespace glia::report
