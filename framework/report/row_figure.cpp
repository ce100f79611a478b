// SPDX-License-Identifier: MIT
#include "report/row_figure.hpp"

#include "core/text.hpp"
#include "report/page_figure.hpp"
#include "report/svg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace glia::report {
namespace {

constexpr std::size_t most_columns = 60;  // columns of a map

bool recorded(const results::HeadResult& head) {
  return !head.rows.empty() && !head.row_epochs.empty();
}

}  // namespace

std::string rows_basis() { return basis("test", 1, "run", "root mean square"); }

HeatMap row_map(const results::HeadResult& head, const std::string& id, bool gradient) {
  HeatMap map;
  map.title = titled((gradient ? "Gradient" : "Signal") + (" of the rows of " + id), rows_basis());
  map.heading = gradient ? "gradient" : "signal";
  map.x_label = "epoch";
  map.y_label = "row";
  map.flat = true;
  const std::size_t epochs = head.row_epochs.size(), taken = std::min(most_columns, epochs);
  const auto numbers = [&](std::size_t i) -> const results::RowEpoch& {
    return head.row_epochs[taken > 1 ? i * (epochs - 1) / (taken - 1) : 0];
  };
  double low = INFINITY, high = 0;
  const auto each = [&](const auto& use) {
    for (std::size_t c = 0; c < taken; ++c) {
      const auto& values = gradient ? numbers(c).gradient : numbers(c).signal;
      for (std::size_t r = 0; r < values.size(); ++r) use(r, c, values[r]);
    }
  };
  each([&](std::size_t, std::size_t, double value) {
    if (value > 0 && std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
  });
  if (!(low <= high)) low = high = 1;
  low = std::max(low, high * 1e-6);
  for (std::size_t c = 0; c < taken; ++c) map.columns.push_back(std::to_string(numbers(c).epoch));
  map.every_column = std::max<std::size_t>(1, (taken + 11) / 12);
  for (const auto& row : head.rows) {
    map.rows.push_back(fmt::format("{}, {}", row.step, row.cells));
  }
  each([&](std::size_t r, std::size_t c, double value) {
    const double share =
        high > low ? std::log(std::max(value, low) / low) / std::log(high / low) : 0.5;
    map.cells[{r, c}] = {
        share, "", "",
        fmt::format("{} cells, epoch {}: {}", map.rows[r], map.columns[c], shortest(value))};
  });
  char text[2][24];
  std::snprintf(text[0], sizeof text[0], "%.2g", low);
  std::snprintf(text[1], sizeof text[1], "%.2g", high);
  map.low = text[0];
  map.high = text[1];
  map.scale_label = "logarithmic";
  map.description = map.title + ": a row of cells per line, an epoch per column.";
  return map;
}

std::string rows_csv(const results::Results& results) {
  std::string text;
  int series = 0;
  for (const auto& [id, head] : results.heads) {
    if (!recorded(head)) continue;
    ++series;
    for (const auto& epoch : head.row_epochs) {
      for (std::size_t r = 0; r < head.rows.size(); ++r) {
        text += std::to_string(series) + ',' + std::to_string(epoch.epoch) + ',' +
                std::to_string(r) + ',' + csv_field(one_line(head.rows[r].step)) + ',' +
                std::to_string(head.rows[r].cells) + ',' + shortest(epoch.signal[r]) + ',' +
                shortest(epoch.gradient[r]) + ',' + csv_field(one_line(id)) + '\n';
      }
    }
  }
  return text.empty() ? text : "series,epoch,row,step,cells,signal,gradient,head\n" + text;
}

std::string rows_figure(const results::Results& results, const std::string& title) {
  constexpr double top = 56;
  std::vector<Drawing> maps;
  double width = 0, height = 0;
  std::size_t heads = 0;
  for (const auto& [id, head] : results.heads) {
    if (!recorded(head)) continue;
    ++heads;
    for (const bool gradient : {false, true}) {
      HeatMap map = row_map(head, id, gradient);
      map.heading = fmt::format("{}: {}", shortened(one_line(id), 40),
                                gradient ? "gradient of a sample's loss (RMS)"
                                         : "signal (RMS, each cell about its mean)");
      maps.push_back(draw_heat_map(map));
    }
    const double both = maps[maps.size() - 2].height() + maps.back().height();
    width = std::max(width, maps.back().width());
    height = std::max(height, both);
  }
  const std::string heading = shortened(one_line(title), 110);
  const std::string note =
      "the first test samples (1,024 at most): root mean square over samples and the cells of a "
      "row, "
      "after every epoch";
  Drawing drawing(width * static_cast<double>(heads), top + height, heading, note);
  drawing.text(16, 22, heading, "heading");
  drawing.text(16, 40, note, "");
  for (std::size_t i = 0; i < maps.size(); ++i) {
    const double x = width * static_cast<double>(i / 2);
    drawing.place(maps[i], x, i % 2 == 0 ? top : top + maps[i - 1].height());
  }
  return drawing.file();
}

}  // namespace glia::report
