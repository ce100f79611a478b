// SPDX-License-Identifier: MIT
#include "serve/epochs.hpp"

#include "core/files.hpp"
#include "core/text.hpp"
#include "core/text_file.hpp"
#include "report/curve_figure.hpp"
#include "report/html.hpp"

#include <glia/sdk/csv.hpp>

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace glia::serve {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t most_points = 200, columns = 8;

double number(std::string_view text) {
  const auto value = csv_number(text);
  return value ? static_cast<double>(*value) : unknown;
}

/// The lines of one stage and head, in their order.
using Curve = std::vector<const EpochLine*>;

std::map<std::pair<std::string, std::string>, Curve> curves_of(
    const std::vector<EpochLine>& lines) {
  std::map<std::pair<std::string, std::string>, Curve> all;
  for (const auto& line : lines) all[{line.stage, line.head}].push_back(&line);
  return all;
}

/// At most `most_points`, the last one included.
std::vector<report::BandPoint> points_of(const Curve& curve, double EpochLine::*value) {
  std::vector<report::BandPoint> points;
  const std::size_t taken = std::min(curve.size(), most_points);
  for (std::size_t i = 0; i < taken; ++i) {
    const EpochLine& line = *curve[taken > 1 ? i * (curve.size() - 1) / (taken - 1) : 0];
    const double y = line.*value;
    if (std::isfinite(y)) points.push_back({line.epoch, y, y, y, 1});
  }
  return points;
}

std::string figure(const std::string& heading, const report::CurveFigure& drawn,
                   const std::string& caption) {
  if (drawn.series.empty()) return {};
  return fmt::format("<figure>\n{}{}{}</figure>\n", report::element("h3", heading),
                     report::draw_curves(drawn).embedded(), report::element("figcaption", caption));
}

void add(report::CurveFigure& to, const std::string& name, std::vector<report::BandPoint> points,
         std::size_t color, bool dashed) {
  if (points.empty()) return;
  to.series.push_back(
      {.name = name, .points = std::move(points), .color = color, .shade = {}, .thin = dashed});
}

}  // namespace

std::vector<EpochLine> read_epochs(const std::filesystem::path& folder) {
  std::error_code ignored;
  const auto file = folder / "epochs.csv";
  if (!std::filesystem::exists(file, ignored)) return {};
  std::string text = read_text_file(file);
  text.resize(text.rfind('\n') + 1);  // npos + 1 is 0: a line is being written
  std::vector<EpochLine> all;
  CsvLines lines(file.string(), text);
  for (bool head = true; lines.next(); head = false) {
    const auto& f = lines.fields();
    if (head || f.size() < columns) continue;
    all.push_back({.stage = std::string(f[0]),
                   .head = std::string(f[1]),
                   .epoch = number(f[2]),
                   .epochs = number(f[3]),
                   .train_loss = number(f[4]),
                   .metric = std::string(f[5]),
                   .validation = number(f[6]),
                   .test = number(f[7])});
  }
  return all;
}

std::string epochs_section(const std::vector<EpochLine>& lines) {
  if (lines.empty()) return {};
  report::HtmlTable table{"How far training has come.",
                          {"stage", "head", "epoch", "of", "training loss", "validation", "test"},
                          2,
                          {}};
  std::map<std::string, report::CurveFigure> measured;  // by metric
  report::CurveFigure loss;
  loss.title = "Training loss over the epochs";
  loss.y_label = "loss per sample";
  loss.description = "Loss per sample after every epoch.";
  loss.chance = unknown;
  std::size_t color = 0;
  for (const auto& [of, curve] : curves_of(lines)) {
    const EpochLine& last = *curve.back();
    table.rows.push_back({of.first, of.second, rounded(last.epoch, 0), rounded(last.epochs, 0),
                          rounded(last.train_loss, 4), rounded(last.validation, 4),
                          rounded(last.test, 4)});
    const std::string& name = of.second.empty() ? of.first : of.second;
    add(loss, name, points_of(curve, &EpochLine::train_loss), color, false);
    if (!last.metric.empty()) {
      auto& drawn = measured[last.metric];
      drawn.title = last.metric + " over the epochs";
      drawn.y_label = last.metric;
      drawn.description = "After every epoch; solid: test, dashed: validation.";
      drawn.percent = last.metric == "accuracy" || last.metric == "balanced_accuracy";
      if (drawn.percent) drawn.y_label += " (%)";
      drawn.chance = unknown;
      add(drawn, name + ", test", points_of(curve, &EpochLine::test), color, false);
      add(drawn, name + ", validation", points_of(curve, &EpochLine::validation), color, true);
    }
    ++color;
  }
  std::string text = report::element("h2", "Training") + report::to_html(table);
  for (const auto& [metric, drawn] : measured) {
    text +=
        figure("Learning curves: " + metric, drawn,
               "After every epoch of this run, as epochs.csv has it; solid: test split, dashed: "
               "validation split, where samples were kept for it.");
  }
  return text + figure("Training loss", loss, "Loss per training sample after every epoch.");
}

}  // namespace glia::serve
