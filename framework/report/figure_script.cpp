// SPDX-License-Identifier: MIT
#include "report/figure_script.hpp"

#include "core/text.hpp"
#include "report/gnuplot.hpp"
#include "results/metric_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace glia::report {
namespace {

// Tell heads apart in black and white.
constexpr std::array shapes{7, 5, 9, 13, 11, 15, 6, 4};

// Everything below the data: constant, so that no name or title can become a command.
constexpr char drawing[] = R"gp(
set encoding utf8
set datafile separator comma
do for [pass = 1:2] {
  if (pass == 1) {
    set terminal pngcairo noenhanced size 1800,720 font 'sans-serif,19' background rgb 'white'
    set output 'figure.png'
  } else {
    set terminal svg noenhanced size 1200,480 font 'sans-serif,13.5' background rgb 'white'
    set output 'figure.svg'
  }
  w = pass == 1 ? 1.5 : 1.0  # the PNG is 1.5 times as large
  dot = pass == 1 ? 1.5 : 0.65
  set multiplot

  # The title and the legend that all panels share.
  unset border; unset tics; unset grid; unset logscale; unset xlabel; unset ylabel
  set lmargin at screen 0; set rmargin at screen 1; set bmargin at screen 0; set tmargin at screen 1
  set xrange [0:1]; set yrange [0:1]
  set label 1 figure_title at screen 0.5,0.95 center font ',' . (pass == 1 ? '23' : '15.3')
  set key at screen 0.5,0.915 center top horizontal Left reverse samplen 2.5 maxcols legend_columns
  plot for [i=1:heads] NaN with linespoints lc rgb color[i] pt shape[i] ps 1.2*dot lw 2.5*w \
         title name[i], \
       for [i=1:has_chance] NaN with lines lc rgb '#606060' dt (5,7) lw 1.5*w title 'chance'
  unset label 1; unset key

  set border 3 lw w lc rgb '#404040'
  set grid ytics lt 1 lc rgb '#e4e4e4' lw w
  set bmargin at screen bottom; set tmargin at screen top
  set label 2 '' at graph 0.5,1.05 center font ',' . (pass == 1 ? '18' : '12') textcolor rgb '#202020'
  set xlabel 'classifier epoch'
  set xrange [epoch_low:epoch_high]
  set xtics nomirror out scale 0.6 norotate autojustify epoch_step

  set lmargin at screen 0.07; set rmargin at screen 0.335
  set ylabel objective_label offset 0.5,0
  set yrange [accuracy_low:accuracy_high]
  set ytics nomirror out scale 0.6 autofreq format '%g'
  set label 2 curve_title.' '.objective_name
  plot for [i=1:common_chance] chance_level with lines lc rgb '#606060' dt (5,7) lw 1.5*w, \
       for [i=1:heads] 'curves.csv' every ::1 using 2:($1 == i ? scale[i]*$3 : NaN) with linespoints \
         lc rgb color[i] pt shape[i] ps 1.2*dot lw 2*w pointinterval point_step, \
       NaN

  set lmargin at screen 0.405; set rmargin at screen 0.675
  set ylabel 'loss per sample'
  set label 2 lone_epoch ? 'Loss (large: '.curve_split.', small: training)' \
                         : 'Loss (solid: '.curve_split.', dashed: training)'
  if (loss_log) {
    set logscale y
    set ytics ()
    set for [e=-12:12] for [m in loss_mantissas] ytics add (sprintf('%g', m * 10.0**e) m * 10.0**e)
  }
  set yrange [loss_low:loss_high]
  plot for [i=1:heads] 'curves.csv' every ::1 using 2:($1 == i ? $4 : NaN) with lines \
         lc rgb color[i] lw 1.5*w dt (12,7), \
       for [i=1:heads*lone_epoch] 'curves.csv' every ::1 using 2:($1 == i ? $4 : NaN) with points \
         lc rgb color[i] pt shape[i] ps 0.7*dot, \
       for [i=1:heads] 'curves.csv' every ::1 using 2:($1 == i ? $5 : NaN) with linespoints \
         lc rgb color[i] pt shape[i] ps 1.2*dot lw 2*w pointinterval point_step, \
       NaN
  unset logscale y

  set lmargin at screen 0.74; set rmargin at screen 0.99
  unset xlabel
  set ylabel objective_label
  set label 2 'Final test '.objective_name
  side = heads == 1 ? 1 : 0.6  # a lone bar need not be that wide
  set xrange [1 - side:heads + side]; set yrange [0:114*bar_unit]
  if (bar_unit == 1) { set ytics 0,20,100 } else { set ytics autofreq }
  set xtics scale 0 () 
  if (slanted) { set xtics rotate by 35 right }
  set for [i=1:heads] xtics add (short_name[i] i)
  set boxwidth 0.7
  bar_font = pass == 1 ? bar_font_size : bar_font_size / 1.5
  plot for [i=1:heads] $bars using ($1 == i ? i : NaN):($3 == 0 ? $2 : NaN) with boxes \
         lc rgb color[i] fs solid 0.9 noborder, \
       for [i=1:heads] $bars using ($1 == i ? i : NaN):($3 == 1 ? $2 : NaN) with boxes \
         lc rgb color[i] lw 1.5*w fs pattern 4 border, \
       for [i=1:common_chance] chance_level with lines lc rgb '#606060' dt (5,7) lw 1.5*w, \
       for [i=1:heads] $bars using ($1 == i ? i - 0.45 : NaN):($4 - common_chance * 1e6):(0.9):(0) \
         with vectors nohead lc rgb '#606060' dt (5,7) lw 1.5*w, \
       for [i=1:heads] $bars using ($1 == i ? i : NaN):($2 + 4.5*bar_unit):(value[i]) with labels \
         font sprintf(',%g', bar_font), \
       for [i=1:heads] $bars using ($1 == i ? i : NaN):($2 + 9*bar_unit):(note[i]) with labels \
         rotate by 90 left font sprintf(',%g', bar_font * 0.85)
  unset label 2
  unset multiplot
  unset output
}
)gp";

struct Range {
  double low = INFINITY, high = -INFINITY;
  void add(double value) {
    if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
  }
  bool empty() const { return low > high; }
};

/// A step of 1, 2 or 5 times a power of ten with at most seven of them in `span` epochs.
std::int64_t epoch_step(double span) {
  for (std::int64_t ten = 1;; ten *= 10) {
    for (std::int64_t factor : {1, 2, 5}) {
      if (span <= 7.0 * static_cast<double>(factor * ten)) return factor * ten;
    }
  }
}

std::string epoch_settings(const results::Results& results) {
  Range epochs;
  for (const auto& [id, head] : results.heads) {
    for (const auto& point : head.curve) epochs.add(static_cast<double>(point.epoch));
  }
  if (epochs.empty()) epochs.low = epochs.high = 1;
  const double span = epochs.high - epochs.low, margin = std::max(0.5, 0.03 * span);
  const auto every = std::max<std::int64_t>(1, std::llround(span / 8));
  return assign("epoch_low", shortest(epochs.low - margin)) +
         assign("epoch_high", shortest(epochs.high + margin)) +
         assign("lone_epoch", span > 0 ? "0" : "1") +
         assign("epoch_step", std::to_string(epoch_step(span))) +
         assign("point_step", std::to_string(every));
}

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

/// What the heads are measured by: its name, the axis, and how high bars may become, as a share of
/// a hundred.
std::string objective_settings(const results::Results& results) {
  const Metric first = results.heads.empty() ? results::usual_metrics().front()
                                             : results.heads.begin()->second.objective();
  bool shared = true;
  double highest = 0;
  for (const auto& [id, head] : results.heads) {
    shared = shared && head.objective().name == first.name;
    const double value = scale_of(head) * head.test_accuracy;
    if (std::isfinite(value)) highest = std::max(highest, value);
  }
  const Metric drawn =
      shared ? first : Metric{"objective", true, all_shares(results) ? "share" : ""};
  const std::string label = results::metric_label("test", drawn);
  const std::string unit = drawn.unit == "share" ? "%" : drawn.unit;
  const bool validation = shows_validation(results);
  const double bar_unit = all_shares(results) ? 1 : highest > 0 ? highest / 100 : 0.01;
  return assign("curve_title", validation ? "'Validation'" : "'Test'") +
         assign("curve_split", validation ? "'validation'" : "'test'") +
         assign("objective_name", gnuplot_text(percents_doubled(label.substr(5)))) +
         assign("objective_label",
                gnuplot_text(unit.empty() ? label : fmt::format("{} ({})", label, unit))) +
         assign("bar_unit", shortest(bar_unit));
}

std::string accuracy_settings(const results::Results& results) {
  Range values;
  const bool validation = shows_validation(results);
  for (const auto& [id, head] : results.heads) {
    for (const auto& point : head.curve) {
      values.add(scale_of(head) * (validation ? point.validation_accuracy : point.test_accuracy));
    }
  }
  if (values.empty()) values = {0, 100};
  const bool shares = all_shares(results);
  const double span = values.high - values.low;
  const double margin = shares     ? std::max(0.06 * span, 2 - span / 2)
                        : span > 0 ? 0.06 * span
                                   : std::max(std::abs(values.low), 1.0) / 2;
  const double low = values.low - margin, high = values.high + margin;
  return assign("accuracy_low", shortest(shares ? std::max(low, 0.0) : low)) +
         assign("accuracy_high", shortest(shares ? std::min(high, 101.0) : high));
}

/// Logarithmic where the losses span more than a decade: a linear axis would hide the end.
std::string loss_settings(const results::Results& results) {
  Range loss;
  const bool validation = shows_validation(results);
  for (const auto& [id, head] : results.heads) {
    for (const auto& point : head.curve) {
      loss.add(point.train_loss);
      loss.add(validation ? point.validation_loss : point.test_loss);
    }
  }
  if (loss.empty()) loss = {0, 1};
  const bool log = loss.low > 0 && loss.high > 12 * loss.low;
  const bool wide = loss.high > 1000 * loss.low;
  const double low = log ? loss.low / 1.2 : std::min(loss.low, 0.0);
  const double margin = loss.high > low ? 0.08 * (loss.high - low) : 0.5;
  return assign("loss_log", log ? "1" : "0") + assign("loss_mantissas", wide ? "'1'" : "'1 2 5'") +
         assign("loss_low", shortest(low)) +
         assign("loss_high", shortest(log ? loss.high * 1.2 : loss.high + margin));
}

/// Room for names: rows of the legend above, slanted labels below the bars.
std::string layout_settings(const std::vector<std::string>& names,
                            const std::vector<std::string>& short_names, bool has_chance) {
  std::size_t longest = 0, longest_short = 0;
  for (const auto& name : names) longest = std::max(longest, width(name));
  for (const auto& name : short_names) longest_short = std::max(longest_short, width(name));
  const auto entries = names.size() + (has_chance ? 1 : 0);
  const auto fitting = static_cast<std::size_t>(1740 / (84 + 16 * static_cast<double>(longest)));
  const auto columns = std::clamp<std::size_t>(fitting, 1, entries);
  const auto rows = (entries + columns - 1) / columns;
  const bool slanted = longest_short * names.size() > 28;
  const double slope = slanted ? 0.0105 * static_cast<double>(longest_short) : 0;
  return assign("legend_columns", std::to_string(columns)) +
         assign("top", shortest(0.845 - 0.04 * static_cast<double>(rows))) +
         assign("bottom", shortest(std::max(0.16, 0.07 + slope))) +
         assign("slanted", slanted ? "1" : "0") +
         assign("bar_font_size", names.size() > 8   ? "11"
                                 : names.size() > 5 ? "14"
                                                    : "18");
}

/// $bars: head, value, collapsed, percent of guessing. The guessing line is common if all agree.
std::string data_blocks(const results::Results& results) {
  std::string bars = "$bars << END\n";
  Range chance;
  bool everywhere = true;
  int place = 0;
  for (const auto& [id, head] : results.heads) {
    const double value =
        std::isfinite(head.test_accuracy) ? scale_of(head) * head.test_accuracy : 0;
    bars += std::to_string(++place) + ',' + shortest(value) + ',' + (head.collapsed ? "1," : "0,") +
            gnuplot_number(100 * head.chance) + '\n';
    chance.add(head.chance);
    everywhere = everywhere && std::isfinite(head.chance);
  }
  const bool common = everywhere && chance.low == chance.high;
  return fmt::format("{}END\n{}{}{}", bars, assign("has_chance", chance.empty() ? "0" : "1"),
                     assign("common_chance", common ? "1" : "0"),
                     assign("chance_level", common ? shortest(100 * chance.low) : "0"));
}

}  // namespace

std::string curves_csv(const results::Results& results) {
  const bool validation = shows_validation(results);
  const std::string split = validation ? "validation" : "test";
  std::string text =
      fmt::format("series,epoch,{}_accuracy,train_loss,{}_loss,head\n", split, split);
  int series = 0;
  for (const auto& [id, head] : results.heads) {
    ++series;
    for (const auto& point : head.curve) {
      text += std::to_string(series) + ',' + std::to_string(point.epoch) + ',' +
              shortest(validation ? point.validation_accuracy : point.test_accuracy) + ',' +
              shortest(point.train_loss) + ',' +
              shortest(validation ? point.validation_loss : point.test_loss) + ',' +
              csv_field(one_line(id)) + '\n';
    }
  }
  return text;
}

std::string figure_script(const results::Results& results, const std::string& title) {
  std::vector<std::string> names, short_names, values, notes, line_colors, head_shapes, scales;
  bool has_chance = false;
  for (const auto& [id, head] : results.heads) {
    const auto place = names.size();
    names.push_back(shortened(one_line(id), 40));
    short_names.push_back(shortened(names.back(), 18));
    const double scale = scale_of(head);
    scales.push_back(shortest(scale));
    values.push_back(gnuplot_text(rounded(scale * head.test_accuracy, scale > 1 ? 1 : 3)));
    // gnuplot 5.4 crashes on rotated labels that are all undefined, so an empty one stands in.
    notes.push_back(gnuplot_text(head.collapsed ? "collapsed" : ""));
    line_colors.push_back(gnuplot_text(head_color(place)));
    head_shapes.push_back(
        std::to_string(shapes[(place + 3 * (place / head_colors)) % shapes.size()]));
    has_chance = has_chance || std::isfinite(head.chance);
  }
  std::string text = "# Draws figure.png and figure.svg from curves.csv:  gnuplot figure.gp\n";
  const auto state = results.status == "ok" ? "" : fmt::format(" ({})", one_line(results.status));
  text += assign("figure_title", gnuplot_text(shortened(one_line(title), 110) + state));
  text += assign("heads", std::to_string(names.size()));
  text += layout_settings(names, short_names, has_chance);
  for (auto& name : names) name = gnuplot_text(name);
  for (auto& name : short_names) name = gnuplot_text(percents_doubled(name));
  text += assign_array("name", names) + assign_array("short_name", short_names) +
          assign_array("value", values) + assign_array("note", notes) +
          assign_array("color", line_colors) + assign_array("shape", head_shapes) +
          assign_array("scale", scales) + objective_settings(results);
  text += epoch_settings(results) + accuracy_settings(results) + loss_settings(results);
  return text + data_blocks(results) + drawing;
}

}  // namespace glia::report
