// SPDX-License-Identifier: MIT
#include "picture/wave_drawing.hpp"

#include "core/text.hpp"
#include "picture/cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace glia::picture {
namespace {

constexpr double left = 150, right = 76, between = 26, bar_height = 16, thin_bar = 8;
constexpr double letter = 7.3;  // about the width of one in a heading

/// Where things stand; lengths are those of the drawing.
class Layout {
 public:
  explicit Layout(const Wave& wave) : wave_(wave), samples_(wave.samples.size()) {
    strip_ = samples_ == 1 ? 534 : samples_ == 2 ? 300 : 212;
    std::int64_t longest = 1;
    for (const auto& row : wave.rows) {
      if (!row.shape.is_sheet()) longest = std::max(longest, row.shape.width);
    }
    chain_ = std::min(22.0, strip_ / static_cast<double>(longest));
    gap_ = wave.ways.empty() ? 6 : 20;
    double y = samples_ == 1 ? 34 : 56;
    for (const auto& row : wave.rows) {
      tops_.push_back(y);
      y += cell_height(row) * static_cast<double>(row.shape.height) + gap_;
    }
    answers_ = y + 8;
  }

  double strip() const { return strip_; }
  double gap() const { return gap_; }
  double width() const {
    const auto n = static_cast<double>(samples_);
    return left + n * strip_ + (n - 1) * between + right;
  }
  double strip_left(std::size_t sample) const {
    return left + static_cast<double>(sample) * (strip_ + between);
  }
  double top(std::size_t row) const { return tops_[row]; }
  double middle(std::size_t row) const {
    const auto& it = wave_.rows[row];
    return top(row) + cell_height(it) * static_cast<double>(it.shape.height) / 2;
  }
  double answers() const { return answers_; }

  /// Cells of a chain are as wide as the longest chain allows, so that neighbours stand above each
  /// other; cells of a sheet are squares.
  CellsPlace place(std::size_t row, std::size_t sample) const {
    const auto& it = wave_.rows[row];
    const double cell = cell_width(it);
    const double indent = (strip_ - cell * static_cast<double>(it.shape.width)) / 2;
    return {strip_left(sample) + indent, top(row), cell, cell_height(it)};
  }

 private:
  double cell_width(const WaveRow& row) const {
    if (!row.shape.is_sheet()) return chain_;
    const auto longer = static_cast<double>(std::max(row.shape.height, row.shape.width));
    const double side = std::clamp(112 / longer, 1.0, 16.0);
    return std::min(side, strip_ / static_cast<double>(row.shape.width));
  }
  double cell_height(const WaveRow& row) const {
    return row.shape.is_sheet() ? cell_width(row) : 16;
  }

  const Wave& wave_;
  std::size_t samples_;
  double strip_ = 0, chain_ = 0, gap_ = 0, answers_ = 0;
  std::vector<double> tops_;
};

/// One row of cells, of all samples, with its name and its scale.
void draw_row(const Wave& wave, std::size_t number, const Layout& layout,
              report::Drawing& drawing) {
  const WaveRow& row = wave.rows[number];
  double most = 0;
  for (const auto& values : row.values) most = std::max(most, largest_of(values));
  for (std::size_t s = 0; s < wave.samples.size(); ++s) {
    drawing.open_group("row", {{"frame", std::to_string(number)},
                               {"sample", wave.samples[s].name},
                               {"name", row.name},
                               {"shape", fmt::format("{} {}", row.shape.height, row.shape.width)},
                               {"values", numbers_text(row.values[s])}});
    const CellsPlace at = layout.place(number, s);
    if (s == 0) {
      const std::string name = shortened(one_line(row.name), 14);
      drawing.text(left - 10, layout.middle(number) + 4,
                   fmt::format("{}, {}", name, cells_text(row.shape)), "", "end");
    }
    drawing.rect(at.x - 0.5, at.y - 0.5, at.cell_width * static_cast<double>(row.shape.width) + 1,
                 at.cell_height * static_cast<double>(row.shape.height) + 1, "frame");
    draw_cells(row.values[s], row.shape, at, most, CellsAs::single, drawing);
    if (s + 1 == wave.samples.size()) {
      drawing.text(layout.width() - right + 8, layout.middle(number) + 4,
                   "\xC2\xB1" + short_number(most), "small");
    }
    drawing.close_group();
  }
}

/// What a sample is given, and whether that is right; the second line where there are several.
std::pair<std::string, std::string> verdict_of(const Wave& wave, const WaveSample& sample) {
  if (!wave.classified) return {"answer", ""};
  const bool right_one = sample.truth == wave.columns[sample.given];
  std::string said;
  if (!sample.truth.empty()) said = right_one ? "right" : "it is: " + sample.truth;
  if (wave.samples.size() > 1) return {wave.columns[sample.given], said};
  return {fmt::format("answer: {}{}", wave.columns[sample.given],
                      said.empty() ? "" : " (" + said + ")"),
          ""};
}

double answers_height(const Wave& wave) {
  return (wave.samples.size() == 1 ? 20 : 36) + (wave.columns.size() > 40 ? thin_bar : bar_height) *
                                                    static_cast<double>(wave.columns.size());
}

/// Bars of probabilities, or values, of one sample; below the answer.
void draw_bars(const Wave& wave, std::size_t number, double most, const Layout& layout,
               report::Drawing& drawing) {
  const WaveSample& sample = wave.samples[number];
  const double x = layout.strip_left(number), room = wave.samples.size() == 1 ? 0 : 46;
  const auto [answer, said] = verdict_of(wave, sample);
  const auto letters = static_cast<std::size_t>(layout.strip() / letter);
  drawing.text(x, layout.answers() + 12, shortened(one_line(answer), letters), "heading");
  if (!said.empty()) {
    drawing.text(x, layout.answers() + 28, shortened(one_line(said), letters), "small");
  }
  double y = layout.answers() + (wave.samples.size() == 1 ? 20 : 36);
  const bool small = sample.answers.size() > 40;
  const double height = small ? thin_bar : bar_height;
  for (std::size_t i = 0; i < sample.answers.size(); ++i) {
    const double value = sample.answers[i];
    const double length = std::abs(value) / most * (layout.strip() - room);
    const bool given = wave.classified && i == sample.given;
    drawing.rect(x, y + 2, length, height - 4, given ? "s1" : "bar s0",
                 fmt::format("{}: {}", wave.columns[i], short_number(value)));
    if (!small) {
      if (number == 0) {
        drawing.text(left - 10, y + 12, shortened(one_line(wave.columns[i]), 20), "", "end");
      }
      drawing.text(x + length + 6, y + 12,
                   wave.classified ? rounded(100 * value, 1) + " %" : short_number(value), "small");
    }
    y += height;
  }
}

void draw_answers(const Wave& wave, const Layout& layout, report::Drawing& drawing) {
  double most = wave.classified ? 1 : 1e-12;
  for (const auto& sample : wave.samples) most = std::max(most, largest_of(sample.answers));
  for (std::size_t s = 0; s < wave.samples.size(); ++s) {
    drawing.open_group("row", {{"frame", std::to_string(wave.rows.size())},
                               {"sample", wave.samples[s].name},
                               {"name", "answer"},
                               {"values", numbers_text(wave.samples[s].answers)}});
    draw_bars(wave, s, most, layout, drawing);
    drawing.close_group();
  }
}

/// The ways of a compiled network: lines from cell to cell, a dot where a weight is taken up. Those
/// that share cells lie side by side.
void draw_ways(const Wave& wave, const Layout& layout, report::Drawing& drawing) {
  constexpr double apart = 1.6;
  std::map<std::size_t, std::size_t> row_of;
  for (std::size_t r = 0; r < wave.rows.size(); ++r) {
    if (wave.rows[r].step) row_of[*wave.rows[r].step] = r;
  }
  for (std::size_t s = 0; s < wave.samples.size(); ++s) {
    for (std::size_t k = 0; k < wave.ways.size(); ++k) {
      const WaveWay& way = wave.ways[k];
      const double shift = apart * (static_cast<double>(k % 5) - 2);
      std::string path, cells;
      double dot_x = 0, dot_y = 0;
      for (std::size_t i = 0; i < way.cells.size(); ++i) {
        const std::size_t row = row_of.at(way.cells[i].first);
        const CellsPlace at = layout.place(row, s);
        const double x =
            at.x + at.cell_width * (static_cast<double>(way.cells[i].second) + 0.5) + shift;
        path +=
            path.empty() ? report::move(x, layout.middle(row)) : report::go(x, layout.middle(row));
        cells += fmt::format("{}{} {}", cells.empty() ? "" : " ", row, way.cells[i].second);
        if (i == way.crossing) dot_x = x, dot_y = layout.middle(row);
      }
      drawing.open_group("way", {{"weight", fmt::format("{:.9g}", way.weight)},
                                 {"crossing", std::to_string(way.crossing)},
                                 {"cells", cells}});
      drawing.path(path, "", way.color + ";fill:none;stroke-width:1.3;stroke-opacity:.85");
      drawing.circle(dot_x, dot_y, 3, "rim", fmt::format("weight {:.4g}", way.weight), way.color);
      drawing.close_group();
    }
  }
}

void draw_headings(const Wave& wave, const Layout& layout, report::Drawing& drawing) {
  const auto letters = [](double room) { return static_cast<std::size_t>(room / letter); };
  drawing.text(16, 20, shortened(one_line(wave.title), letters(layout.width() - 24)), "heading");
  if (wave.samples.size() == 1) return;
  for (std::size_t s = 0; s < wave.samples.size(); ++s) {
    const auto& sample = wave.samples[s];
    drawing.text(
        layout.strip_left(s) + layout.strip() / 2, 44,
        shortened(one_line(sample.name + (sample.truth.empty() ? "" : ": ") + sample.truth),
                  letters(layout.strip())),
        "", "middle");
  }
}

}  // namespace

WaveDrawing draw_wave(const Wave& wave) {
  const Layout layout(wave);
  const double end = layout.answers() + answers_height(wave);
  const double height = end + 44 + (wave.note.empty() ? 0 : 16) + (wave.ways.empty() ? 0 : 16);
  WaveDrawing made{layout.width(),
                   height,
                   report::Drawing(layout.width(), height, "Wave: " + wave.title,
                                   "A strip of cells for every row, from the input to the answer."),
                   {}};
  auto& drawing = made.drawing;
  draw_headings(wave, layout, drawing);
  for (std::size_t r = 0; r < wave.rows.size(); ++r) {
    draw_row(wave, r, layout, drawing);
    const double below = r + 1 < wave.rows.size() ? layout.top(r + 1) : layout.answers() - 8;
    made.frames.emplace_back(layout.top(r) - 3, below - 3);
  }
  draw_answers(wave, layout, drawing);
  made.frames.emplace_back(layout.answers() - 3, end + 3);
  draw_ways(wave, layout, drawing);
  const std::string of = wave.samples.size() == 1 ? "row" : "row over the samples";
  draw_cells_scale(left, end + 14,
                   fmt::format("m: the largest number of the {}, which stands to its right", of),
                   drawing);
  double y = end + 53;
  if (!wave.note.empty()) drawing.text(left, y, wave.note, "small"), y += 16;
  if (!wave.ways.empty()) {
    drawing.text(left, y, "lines: the connections of the compiled network; dots: their weights",
                 "small");
  }
  return made;
}

}  // namespace glia::picture
