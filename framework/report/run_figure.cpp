// SPDX-License-Identifier: MIT
#include "report/run_figure.hpp"

#include "core/text.hpp"
#include "report/axis_scale.hpp"
#include "report/chart.hpp"
#include "report/judging.hpp"
#include "report/legend.hpp"
#include "report/tolerance.hpp"
#include "results/metric_text.hpp"
#include "results/policies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <tuple>

namespace glia::report {
namespace {

constexpr double sheet = 1200, panel_width = 400, plot_height = 300, header = 52;
constexpr std::size_t most_dots = 12;  // epochs that are few enough to be marked one by one

/// Shares are drawn in per cent, everything else as it is.
double scale_of(const results::HeadResult& head) {
  return head.objective().unit == "share" ? 100 : 1;
}

/// Whether no head is tested before the end, as policies are not: their curves show validation.
bool shows_validation(const results::Results& results) {
  bool any = false;
  for (const auto& [id, head] : results.heads) {
    for (const auto& point : head.curve) {
      if (std::isfinite(point.test_accuracy)) return false;
      any = any || std::isfinite(point.validation_accuracy);
    }
  }
  return any;
}

bool all_shares(const results::Results& results) {
  return std::all_of(results.heads.begin(), results.heads.end(),
                     [](const auto& head) { return head.second.objective().unit == "share"; });
}

/// The level of guessing that all heads share; NaN if there is none.
double common_chance(const results::Results& results) {
  const double first = results.heads.begin()->second.chance;
  const bool same = std::all_of(results.heads.begin(), results.heads.end(),
                                [&](const auto& h) { return h.second.chance == first; });
  return same ? first : NAN;
}

struct Values {
  double low = INFINITY, high = -INFINITY;
  void take(double value) {
    if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
  }
  bool any() const { return low <= high; }
};

/// Whether there are policies only, which are trained in generations.
bool all_play(const results::Results& results) {
  return std::all_of(results.heads.begin(), results.heads.end(),
                     [](const auto& head) { return results::is_return(head.second.objective()); });
}

/// Whether samples were kept for validation and tested beside the others: their curves come along.
bool shows_both(const results::Results& results) {
  if (shows_validation(results)) return false;
  for (const auto& [id, head] : results.heads) {
    for (const auto& point : head.curve) {
      if (std::isfinite(point.validation_accuracy)) return true;
    }
  }
  return false;
}

/// A curve of a head: what it draws of an epoch, and how.
struct Curve {
  std::string name;  ///< behind the head's
  double results::CurvePoint::*value;
  Stroke stroke = Stroke::solid;
};

/// The curves of every head, in colours of their own; what is not finite at any epoch is left out.
Values add_curves(const results::Results& results, const std::vector<Curve>& curves,
                  const std::function<double(const results::HeadResult&)>& scale,
                  ChartPanel& panel) {
  Values values;
  std::size_t color = 0;
  for (const auto& [id, head] : results.heads) {
    for (const auto& curve : curves) {
      ChartSeries series{.name = id + curve.name,
                         .color = color,
                         .dots = head.curve.size() <= most_dots,
                         .stroke = curve.stroke};
      for (const auto& point : head.curve) {
        series.points.emplace_back(point.epoch, scale(head) * point.*curve.value);
        values.take(series.points.back().second);
      }
      panel.series.push_back(std::move(series));
    }
    ++color;
  }
  return values;
}

ChartPanel objective_panel(const results::Results& results) {
  const bool validation = shows_validation(results), both = shows_both(results);
  const Metric metric = shared_objective(results);
  const std::string label = title_of(metric);
  const bool plays = all_play(results);
  const char* steps = plays ? "generations" : "epochs";
  ChartPanel panel{.x_label = plays ? "generation" : "classifier epoch",
                   .y_label = heading_of(validation ? "validation" : "test", metric)};
  panel.heading = validation ? fmt::format("Validation {} over the {}", label, steps)
                  : both     ? fmt::format("{} (solid: test, dotted: validation)", capital(label))
                             : fmt::format("Test {} over the {}", label, steps);
  if (both) panel.y_label.erase(0, std::string("test ").size());  // it is of two splits
  panel.whole_x = true;
  panel.chance = 100 * common_chance(results);
  std::vector<Curve> curves{{"", validation ? &results::CurvePoint::validation_accuracy
                                            : &results::CurvePoint::test_accuracy}};
  if (both) {
    curves.push_back({", validation", &results::CurvePoint::validation_accuracy, Stroke::dotted});
  }
  const Values values = add_curves(results, curves, scale_of, panel);
  if (values.any() && all_shares(results)) {
    std::tie(panel.low, panel.high) = zoomed(values.low, values.high, true);
  }
  return panel;
}

/// Logarithmic where the losses span more than a decade: a linear axis would hide the end.
ChartPanel loss_panel(const results::Results& results) {
  const bool validation = shows_validation(results), both = shows_both(results);
  const bool plays = all_play(results);
  ChartPanel panel{.x_label = plays ? "generation" : "classifier epoch",
                   .y_label = plays ? "negative return" : "loss per sample"};
  panel.heading =
      both ? "Loss (solid: test, dashed: training, dotted: validation)"
           : fmt::format("Loss (solid: {}, dashed: training)", validation ? "validation" : "test");
  panel.whole_x = true;
  std::vector<Curve> curves{
      {", training", &results::CurvePoint::train_loss, Stroke::dashed},
      {validation ? ", validation" : ", test",
       validation ? &results::CurvePoint::validation_loss : &results::CurvePoint::test_loss}};
  if (both) {
    curves.push_back({", validation loss", &results::CurvePoint::validation_loss, Stroke::dotted});
  }
  const Values values = add_curves(
      results, curves, [](const auto&) { return 1.0; }, panel);
  panel.log_y = values.low > 0 && values.high > 12 * values.low;
  if (values.any() && !panel.log_y) {
    panel.low = std::min(values.low, 0.0);
    panel.high = values.high > panel.low ? values.high + 0.08 * (values.high - panel.low) : 1;
  }
  return panel;
}

/// Bars of the final objective, each with its number, and with a dashed line for guessing.
class Bars {
 public:
  Bars(const results::Results& results, const ChartPlace& place, Drawing& drawing)
      : results_(results), place_(place), drawing_(drawing), top_(100) {
    if (!all_shares(results)) {
      top_ = 0;
      for (const auto& [id, head] : results.heads) {
        if (std::isfinite(head.test_accuracy)) {
          top_ = std::max(top_, scale_of(head) * head.test_accuracy);
        }
      }
      top_ = top_ > 0 ? top_ : 1;
    }
    step_ = (place.right() - place.left()) / static_cast<double>(results.heads.size());
    width_ = std::min(90.0, 0.7 * step_);
  }

  void draw() {
    draw_axes();
    std::size_t number = 0;
    for (const auto& [id, head] : results_.heads) draw(id, head, number++);
  }

 private:
  double y(double value) const {
    return place_.bottom() - std::clamp(value / (1.12 * top_), 0.0, 1.0) * place_.plot_height;
  }

  void draw_axes() {
    const Metric metric = shared_objective(results_);
    drawing_.text((place_.left() + place_.right()) / 2, place_.y - 10,
                  "Final " + results::metric_label("test", metric), "heading", "middle");
    for (const double tick : ticks(0, top_, 5)) {
      drawing_.line(place_.left(), y(tick), place_.right(), y(tick), "grid");
      drawing_.text(place_.left() - 6, y(tick) + 4, fmt::format("{:.4g}", tick), "small", "end");
    }
    drawing_.line(place_.left(), place_.bottom(), place_.right(), place_.bottom(), "axis");
    drawing_.text(place_.x + 14, place_.y + place_.plot_height / 2, heading_of("test", metric), "",
                  "middle", -90);
  }

  void draw(const std::string& id, const results::HeadResult& head, std::size_t number) {
    const double middle = place_.left() + step_ * (static_cast<double>(number) + 0.5);
    const double value = scale_of(head) * head.test_accuracy;
    const std::string name = one_line(id), color = std::to_string(number % series_colors);
    const double upper = std::isfinite(value) ? y(value) : place_.bottom();
    drawing_.open_group("head", {{"head", name},
                                 {"value", shortest(head.test_accuracy)},
                                 {"chance", shortest(head.chance)}});
    drawing_.rect(middle - width_ / 2, upper, width_, place_.bottom() - upper,
                  (head.collapsed ? "hollow l" + color + " s" : "s") + color,
                  name + ": " + value_text(head.objective(), head.test_accuracy));
    if (results_.heads.size() <= 12) {
      drawing_.text(middle, upper - 6, rounded(value, scale_of(head) > 1 ? 1 : 3), "value",
                    "middle");
    }
    if (head.collapsed) {
      drawing_.text(middle + 4, std::min(upper - 20, place_.bottom() - 20), "collapsed", "small",
                    "start", -90);
    }
    if (std::isfinite(head.chance)) {
      const double level = y(100 * head.chance);
      drawing_.line(middle - step_ / 2, level, middle + step_ / 2, level, "chance");
    }
    draw_name(name, middle);
    drawing_.close_group();
  }

  void draw_name(const std::string& name, double middle) {
    const std::string text = shortened(name, 18);
    const bool slanted = 7 * static_cast<double>(width(text)) > step_ - 4;
    slanted ? drawing_.text(middle + 6, place_.bottom() + 14, text, "small", "end", -30)
            : drawing_.text(middle, place_.bottom() + 16, text, "", "middle");
  }

  const results::Results& results_;
  const ChartPlace& place_;
  Drawing& drawing_;
  double top_, step_ = 0, width_ = 0;
};

/// How many samples a split's confusion matrix counts; 0 if there is none.
std::int64_t counted(const results::HeadResult& head, const std::string& split) {
  const auto found = head.confusion.find(split);
  std::int64_t n = 0;
  if (found == head.confusion.end()) return n;
  for (const auto& row : found->second) {
    for (const auto count : row) n += count;
  }
  return n;
}

/// "test split, n = 200 samples": of the heads of a run, where they agree and it is known.
std::string of_split(const results::Results& results, const std::string& split) {
  std::set<std::int64_t> counts;
  for (const auto& [id, head] : results.heads) counts.insert(counted(head, split));
  return counts.size() == 1 && *counts.begin() > 0
             ? fmt::format("{} split, n = {} samples", split, *counts.begin())
             : split + " split";
}

}  // namespace

Metric shared_objective(const results::Results& results) {
  const Metric first = results.heads.begin()->second.objective();
  bool name = true, unit = true;
  for (const auto& [id, head] : results.heads) {
    name = name && head.objective().name == first.name;
    unit = unit && head.objective().unit == first.unit;
  }
  return {name ? first.name : "objective", !name || first.higher_is_better, unit ? first.unit : ""};
}

std::string curves_csv(const results::Results& results) {
  const bool validation = shows_validation(results), both = shows_both(results);
  const std::string split = validation ? "validation" : "test";
  std::set<std::string> objectives;
  for (const auto& [id, head] : results.heads) objectives.insert(key_of(head.objective()));
  const std::string objective = objectives.size() == 1 ? *objectives.begin() : "objective";
  std::string text =
      fmt::format("series,epoch,{}_{},train_loss,{}_loss,{}head\n", split, objective, split,
                  both ? fmt::format("validation_{},validation_loss,", objective) : "");
  int series = 0;
  for (const auto& [id, head] : results.heads) {
    ++series;
    for (const auto& point : head.curve) {
      text += fmt::format("{},{},{},{},{},", series, point.epoch,
                          shortest(validation ? point.validation_accuracy : point.test_accuracy),
                          shortest(point.train_loss),
                          shortest(validation ? point.validation_loss : point.test_loss));
      if (both) {
        text += shortest(point.validation_accuracy) + ',' + shortest(point.validation_loss) + ',';
      }
      text += csv_field(one_line(id)) + '\n';
    }
  }
  return text;
}

std::string final_csv(const results::Results& results) {
  std::string text = "series,metric,test,chance,collapsed,samples,head\n";
  int series = 0;
  for (const auto& [id, head] : results.heads) {
    const std::int64_t n = counted(head, "test");
    text += fmt::format("{},{},{},{},{},{},{}\n", ++series, csv_field(key_of(head.objective())),
                        shortest(head.test_accuracy), shortest(head.chance), head.collapsed ? 1 : 0,
                        n > 0 ? std::to_string(n) : "", csv_field(one_line(id)));
  }
  return text;
}

std::string tested_on(const results::Results& results) { return of_split(results, "test"); }

std::string run_figure(const results::Results& results, const std::string& title) {
  std::vector<std::string> names;
  for (const auto& [id, head] : results.heads) names.push_back(shortened(one_line(id), 40));
  const bool any_chance = std::any_of(results.heads.begin(), results.heads.end(),
                                      [](const auto& h) { return std::isfinite(h.second.chance); });
  if (any_chance) names.push_back("chance");
  const Legend legend(16, sheet - 16, 24, names);
  ChartPlace place{.x = 0, .y = header + legend.height() + 26};
  place.width = panel_width;
  place.plot_height = plot_height;
  const std::string state =
      results.status == "ok" ? "" : fmt::format(" ({})", one_line(results.status));
  const std::string heading = shortened(one_line(title), 110) + state;
  const std::string note = tested_on(results) +
                           (shows_both(results) ? "; " + of_split(results, "validation") : "") +
                           "; one run, each number of one training";
  Drawing drawing(sheet, place.bottom() + 62, heading, note);
  drawing.text(16, 22, heading, "heading");
  drawing.text(16, 40, note, "");
  legend.draw(drawing, header, [&](std::size_t i, double x, double y) {
    if (i == results.heads.size()) return drawing.line(x, y + 6, x + 24, y + 6, "chance");
    drawing.rect(x, y, 24, 12, "s" + std::to_string(i % series_colors));
  });
  draw_panel(objective_panel(results), place, drawing);
  place.x += panel_width;
  draw_panel(loss_panel(results), place, drawing);
  place.x += panel_width;
  Bars(results, place, drawing).draw();
  return drawing.file();
}

}  // namespace glia::report
