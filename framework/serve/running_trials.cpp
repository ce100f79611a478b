// SPDX-License-Identifier: MIT
#include "serve/running_trials.hpp"

#include "report/curve_figure.hpp"
#include "report/evenly.hpp"
#include "report/html.hpp"
#include "report/page_figure.hpp"

#include <glia/sdk/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace glia::serve {
namespace {

constexpr std::size_t most_curves = 8, most_points = 200;

/// What is drawn of a line: validation, else test; nothing of a trial is chosen by it.
std::pair<const char*, double> measured(const EpochLine& line) {
  if (std::isfinite(line.validation)) return {"validation", line.validation};
  return {"test", line.test};
}

/// The curves of one metric on one split, by the name of their series.
using Curves = std::map<std::string, std::vector<report::BandPoint>>;

/// What a figure does not show.
struct LeftOut {
  bool trials = false, epochs = false;
};

report::PageFigure figure_of(const std::string& split, const std::string& metric,
                             const Curves& curves, const LeftOut& left_out) {
  report::CurveFigure drawn;
  drawn.percent = metric_named(metric).unit == "share";
  drawn.y_label = fmt::format("{} {}{}", split, metric, drawn.percent ? " (%)" : "");
  drawn.description = "A line for every trial that is at work.";
  drawn.chance = NAN;
  bool thinned = left_out.epochs;
  for (const auto& [name, points] : curves) {
    thinned = thinned || points.size() > most_points;
    const std::size_t color = drawn.series.size();
    drawn.series.push_back({.name = name,
                            .points = report::evenly(points, most_points),
                            .color = color,
                            .shade = {},
                            .stroke = report::Stroke::solid});
  }
  const std::string of = report::basis(split, curves.size(), "trial", "the value after each epoch");
  const std::string heading = fmt::format("Trials at work: {}", metric);
  drawn.title = report::titled(heading, of);
  return {.heading = heading,
          .of = of,
          .svg = report::draw_curves(drawn).embedded(),
          .caption = fmt::format(
              "{}{}",
              left_out.trials ? "Those that began last, as far as they have come."
                              : "As far as they have come.",
              thinned ? fmt::format(" Thinned out evenly: of each at most {} epochs are drawn.",
                                    most_points)
                      : "")};
}

}  // namespace

std::vector<RunningTrial> read_running(const std::filesystem::path& sweep,
                                       const std::vector<std::size_t>& trials) {
  std::vector<RunningTrial> all;
  for (const std::size_t trial : trials) {
    auto& added = all.emplace_back(RunningTrial{.trial = trial});
    try {
      auto epochs = read_epochs(sweep / "trials" / std::to_string(trial));
      added.lines = std::move(epochs.lines);
      added.thinned = epochs.thinned;
    } catch (const Error&) {  // it has ended in this moment, say
    }
  }
  return all;
}

std::string progress_text(const RunningTrial& trial) {
  std::string text;
  for (const auto& line : latest_lines(trial.lines)) {
    text += fmt::format("{}{} {} of {}", text.empty() ? "" : ", ", line.name(), line.epoch,
                        line.epochs);
  }
  return text;
}

std::string running_section(const std::vector<RunningTrial>& trials) {
  std::map<std::pair<std::string, std::string>, Curves> figures;  // by split and metric
  std::size_t drawn = 0, with_curves = 0;
  LeftOut left_out;
  for (const auto& trial : trials) {
    if (trial.lines.empty()) continue;
    ++with_curves;
    if (drawn >= most_curves) continue;
    ++drawn;
    left_out.epochs = left_out.epochs || trial.thinned;
    for (const auto& line : trial.lines) {
      const auto [split, value] = measured(line);
      if (line.metric.empty() || !std::isfinite(value)) continue;
      figures[{split, line.metric}][fmt::format("trial {}: {}", trial.trial, line.name())]
          .push_back({static_cast<double>(line.epoch), value, value, value, 1});
    }
  }
  left_out.trials = with_curves > drawn;
  std::vector<report::PageFigure> all;
  for (const auto& [of, curves] : figures) {
    all.push_back(figure_of(of.first, of.second, curves, left_out));
  }
  return report::to_html(all);
}

}  // namespace glia::serve
