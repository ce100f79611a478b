// SPDX-License-Identifier: MIT
#include "report/row_figure.hpp"

#include "core/text.hpp"
#include "report/gnuplot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace glia::report {
namespace {

constexpr char drawing[] = R"gp(
  set palette defined (0 '#440154', 1 '#472c7a', 2 '#3b518b', 3 '#2c718e', 4 '#21908d', 5 '#27ad81', 6 '#5cc863', 7 '#aadc32', 8 '#fde725')  # viridis
  set label 1 figure_title at screen 0.5,0.97 center
  set border 15 lw w lc rgb '#404040'
  set tics nomirror out scale 0.5
  set format cb '1e%T'
  set logscale cb
  unset key
  room = (1.0 - tail) / heads
  do for [measure = 1:2] {
    set bmargin at screen (measure == 1 ? 0.54 : 0.08); set tmargin at screen (measure == 1 ? 0.90 : 0.44)
    set cbrange [low[measure]:high[measure]]
    do for [i = 1:heads] {
      set lmargin at screen (i - 1) * room + margin; set rmargin at screen i * room - gap
      if (i == heads) { set colorbox } else { unset colorbox }
      set xrange [-0.5:epochs[i] + 0.5]
      set yrange [rows[i] - 0.5:-0.5]
      set xlabel measure == 2 ? 'epoch' : ''
      unset ytics; set ytics scale 0.3 font ',' . (pass == 1 ? '12' : '8.5')
      do for [r = 1:rows[i]] { set ytics add (word(steps[i], r) r - 1) }
      set label 2 (measure == 1 ? name[i] : '') at graph 0.5,1.13 center font ',' . (pass == 1 ? '19' : '13')
      set label 3 (measure == 1 ? 'signal (RMS about the mean)' : 'gradient (RMS)') at graph 0.5,1.05 center
      plot 'rows.csv' every ::first[i]::last[i] using 2:3:(measure == 1 ? $6 : $7) with image pixels
      unset label 1
    }
  }
  unset label; unset multiplot; unset output
  }
)gp";

bool recorded(const results::HeadResult& head) {
  return !head.rows.empty() && !head.row_epochs.empty();
}

/// Decades that hold all positive values, at most twelve below the largest.
void add_range(const results::Results& results, std::vector<double> results::RowEpoch::*measure,
               std::vector<std::string>& low, std::vector<std::string>& high) {
  double least = INFINITY, most = 0;
  for (const auto& [id, head] : results.heads) {
    for (const auto& epoch : head.row_epochs) {
      for (const double value : epoch.*measure) {
        if (!(value > 0) || !std::isfinite(value)) continue;
        least = std::min(least, value), most = std::max(most, value);
      }
    }
  }
  if (!(least <= most)) least = most = 1;
  const double top = std::ceil(std::log10(most) + 1e-9);
  const double bottom = std::max(std::floor(std::log10(least)), top - 12);
  low.push_back(shortest(std::pow(10, std::min(bottom, top - 1))));
  high.push_back(shortest(std::pow(10, top)));
}

/// The names of the rows, one word each: gnuplot takes them apart at blanks.
std::string words(const results::HeadResult& head) {
  std::string text;
  for (std::size_t i = 0; i < head.rows.size(); ++i) {
    std::string step = one_line(head.rows[i].step);
    std::replace(step.begin(), step.end(), ' ', '_');
    text += (i ? " " : "") + step + ',' + std::to_string(head.rows[i].cells);
  }
  return text;
}

}  // namespace

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

std::string row_script(const results::Results& results, const std::string& title) {
  std::vector<std::string> names, steps, rows, epochs, first, last, low, high;
  std::size_t lines = 0;
  for (const auto& [id, head] : results.heads) {
    if (!recorded(head)) continue;
    const std::string end =
        head.collapsed ? "collapsed" : rounded(100 * head.test_accuracy, 1) + " %";
    names.push_back(gnuplot_text(fmt::format("{}: {}", shortened(one_line(id), 30), end)));
    steps.push_back(gnuplot_text(percents_doubled(words(head))));
    rows.push_back(std::to_string(head.rows.size()));
    first.push_back(std::to_string(lines + 1));  // line 0 names the columns
    lines += head.rows.size() * head.row_epochs.size();
    last.push_back(std::to_string(lines));
    epochs.push_back(std::to_string(head.row_epochs.back().epoch));
  }
  add_range(results, &results::RowEpoch::signal, low, high);
  add_range(results, &results::RowEpoch::gradient, low, high);
  const double sheet = 95 + 380 * static_cast<double>(names.size());
  return fmt::format(
      "# Draws rows.png and rows.svg from rows.csv:  gnuplot "
      "rows.gp\n{}{}{}{}{}{}{}{}{}{}{}{}{}{}{}{}",
      assign("figure_title", gnuplot_text(shortened(one_line(title), 110))),
      assign("heads", std::to_string(names.size())), assign("sheet_width", shortest(sheet)),
      assign("margin", shortest(80 / sheet)), assign("gap", shortest(16 / sheet)),
      assign("tail", shortest(75 / sheet)), assign_array("name", names),
      assign_array("steps", steps), assign_array("rows", rows), assign_array("epochs", epochs),
      assign_array("first", first), assign_array("last", last), assign_array("low", low),
      assign_array("high", high), gnuplot_pages("rows", 820), drawing);
}

}  // namespace glia::report
