// SPDX-License-Identifier: MIT
#include "report/damage_figure.hpp"

#include "core/text.hpp"
#include "report/gnuplot.hpp"
#include "report/judging.hpp"
#include "report/statistics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>

namespace glia::report {
namespace {

constexpr std::array kinds{"weight_noise", "weight_loss"};

constexpr char drawing[] = R"gp(
  set label 1 figure_title at screen 0.5,0.95 center
  set border 3 lw w lc rgb '#404040'
  set tics nomirror out scale 0.5
  set grid ytics lw w lc rgb '#dddddd'
  set key top right reverse Left samplen 2
  if (share) { set yrange [0:100] }
  set ylabel y_label
  set bmargin at screen 0.15; set tmargin at screen 0.87
  do for [p = 1:panels] {
    set lmargin at screen (p - 1.0) / panels + 75.0 / sheet_width
    set rmargin at screen real(p) / panels - 20.0 / sheet_width
    set xrange [0:highest[p]]
    set xlabel x_label[p]
    plot for [i = from[p]:to[p]] 'damage.csv' every ::first[i]::last[i] using 3:(scale*$6):(scale*$7) with filledcurves fs transparent solid 0.25 noborder lc rgb color[i] notitle, \
         for [i = from[p]:to[p]] '' every ::first[i]::last[i] using 3:(scale*$8) with lines lw 0.7*w dt 3 lc rgb color[i] notitle, \
         for [i = from[p]:to[p]] '' every ::first[i]::last[i] using 3:(scale*$9) with lines lw 0.7*w dt 3 lc rgb color[i] notitle, \
         for [i = from[p]:to[p]] '' every ::first[i]::last[i] using 3:(scale*$5) with linespoints lw 2*w pt 7 ps 0.4*w lc rgb color[i] title name[i], \
         chance with lines lw w dt 2 lc rgb '#808080' notitle
    unset label 1
  }
  unset multiplot; unset output
}
)gp";

/// A head that was damaged in one way.
struct Series {
  std::string head;
  std::size_t color;
  std::vector<DamageLevel> levels;
};

std::vector<Series> series_of(const results::Results& results, const std::string& kind) {
  std::vector<Series> all;
  std::size_t place = 0;
  for (const auto& [id, head] : results.heads) {
    auto levels = damage_levels({&head}, kind);
    if (!levels.empty()) all.push_back({id, place, std::move(levels)});
    ++place;
  }
  return all;
}

/// What the heads go by: the axis, and what numbers are drawn times.
std::string objective_settings(const results::Results& results) {
  const Metric first = results.heads.begin()->second.objective();
  bool name = true, unit = true;
  for (const auto& [id, head] : results.heads) {
    name = name && head.objective().name == first.name;
    unit = unit && head.objective().unit == first.unit;
  }
  const Metric shared{name ? first.name : "objective", true, unit ? first.unit : ""};
  const bool share = shared.unit == "share";
  return assign("share", share ? "1" : "0") + assign("scale", share ? "100" : "1") +
         assign("y_label", gnuplot_text(heading_of("test", shared)));
}

}  // namespace

std::vector<DamageLevel> damage_levels(const std::vector<const results::HeadResult*>& runs,
                                       const std::string& kind) {
  std::map<double, std::vector<double>> by_level;
  for (const auto* run : runs) {
    for (const auto& damage : run->damage) {
      if (damage.kind != kind) continue;
      auto& all = by_level[damage.level];
      std::copy_if(damage.accuracies.begin(), damage.accuracies.end(), std::back_inserter(all),
                   [](double accuracy) { return std::isfinite(accuracy); });
    }
  }
  std::vector<DamageLevel> levels;
  for (auto& [level, all] : by_level) {
    if (all.empty()) continue;
    std::sort(all.begin(), all.end());
    levels.push_back({level, all.size(), quantile(all, 0.5), quantile(all, 0.25),
                      quantile(all, 0.75), all.front(), all.back()});
  }
  return levels;
}

std::string damage_label(const std::string& kind) {
  return kind == "weight_noise" ? "noise added to every weight (standard deviation)"
                                : "weights lost (probability)";
}

std::string damage_levels_csv(const results::Results& results) {
  std::string text;
  for (const char* kind : kinds) {
    std::size_t number = 0;
    for (const Series& series : series_of(results, kind)) {
      ++number;
      for (const DamageLevel& l : series.levels) {
        text += std::string(kind) + ',' + std::to_string(number) + ',' + shortest(l.level) + ',' +
                std::to_string(l.n) + ',' + shortest(l.median) + ',' + shortest(l.q1) + ',' +
                shortest(l.q3) + ',' + shortest(l.lowest) + ',' + shortest(l.highest) + ',' +
                csv_field(one_line(series.head)) + '\n';
      }
    }
  }
  return text.empty() ? text : "kind,series,level,draws,median,q1,q3,lowest,highest,head\n" + text;
}

std::string damage_script(const results::Results& results, const std::string& title) {
  std::vector<std::string> labels, highest, from, to, names, line_colors, first, last;
  std::size_t lines = 0;
  double chance = results::unknown;
  for (const char* kind : kinds) {
    const auto all = series_of(results, kind);
    if (all.empty()) continue;
    double most = 0;
    from.push_back(std::to_string(names.size() + 1));
    for (const Series& series : all) {
      names.push_back(gnuplot_text(shortened(one_line(series.head), 30)));
      line_colors.push_back(gnuplot_text(head_color(series.color)));
      first.push_back(std::to_string(lines + 1));  // line 0 names the columns
      lines += series.levels.size();
      last.push_back(std::to_string(lines));
      most = std::max(most, series.levels.back().level);
      chance = results.heads.at(series.head).chance;
    }
    to.push_back(std::to_string(names.size()));
    labels.push_back(gnuplot_text(damage_label(kind)));
    highest.push_back(shortest(most > 0 ? most : 1));
  }
  const std::string heading = shortened(one_line(title), 60) +
                              ": damaged weights (line: median of the draws, band: quartiles, "
                              "dotted: lowest and highest)";
  return fmt::format(
      "# Draws damage.png and damage.svg from damage.csv:  gnuplot "
      "damage.gp\n{}{}{}{}{}{}{}{}{}{}{}{}{}{}{}",
      assign("figure_title", gnuplot_text(heading)),
      assign("panels", std::to_string(labels.size())),
      assign("sheet_width", std::to_string(labels.size() == 1 ? 640 : 1000)),
      objective_settings(results), assign("chance", gnuplot_number(100 * chance)),
      assign_array("x_label", labels), assign_array("highest", highest), assign_array("from", from),
      assign_array("to", to), assign_array("name", names), assign_array("color", line_colors),
      assign_array("first", first), assign_array("last", last), gnuplot_pages("damage", 430),
      drawing);
}

}  // namespace glia::report
