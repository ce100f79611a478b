// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glia::report {

/// A drawing in SVG. Written by hand rather than by a program that draws: colours are classes, so one drawing
/// follows the reader's light or dark page and the printer, every mark can carry a title, and ten
/// thousand runs stay in a few hundred kilobytes. Lengths are in units of the drawing; y goes down.
class Drawing {
 public:
  /// `title` and `description` are read out to those who do not see it.
  Drawing(double width, double height, std::string title, std::string description);

  /// `title`, where given, is shown when the pointer rests there; `color` overrides the style's.
  void line(double x1, double y1, double x2, double y2, std::string_view style,
            std::string_view color = {});
  void rect(double x, double y, double width, double height, std::string_view style,
            std::string_view title = {}, std::string_view color = {});
  void circle(double x, double y, double radius, std::string_view style,
              std::string_view title = {}, std::string_view color = {});
  /// `data` as in the attribute d; `move` and `go` below write it.
  void path(const std::string& data, std::string_view style, std::string_view color = {},
            std::string_view title = {});
  /// `anchor`: "start", "middle" or "end"; `turn` in degrees about the anchor.
  void text(double x, double y, const std::string& content, std::string_view style,
            std::string_view anchor = "start", double turn = 0);

  /// What is drawn until the group is closed belongs together; `data` become attributes data-NAME.
  void open_group(std::string_view style,
                  const std::vector<std::pair<std::string, std::string>>& data);
  void close_group();
  /// Another drawing within this one, its upper left corner at (x, y).
  void place(const Drawing& other, double x, double y);
  double width() const { return width_; }
  double height() const { return height_; }

  /// For a page that holds `figure_style`: scales with the page, which is told how wide it is meant
  /// to be (--wide), so that narrow windows scroll it instead of shrinking its letters.
  std::string embedded() const;
  /// A file of its own, on white.
  std::string file() const;

 private:
  std::string open(bool alone) const;

  double width_, height_;
  std::string title_, description_;
  std::string body_;
};

/// "M1 2" and "L1 2".
std::string move(double x, double y);
std::string go(double x, double y);

/// At most two digits after the point, no trailing zeros.
std::string coordinate(double value);

/// & < > " ' and nothing that XML forbids.
std::string escaped(std::string_view text);

/// The style sheet of drawings: s0 ... s7 fill and l0 ... l7 draw in the colour of a series.
std::string figure_style(bool dark);

/// How a line is drawn, in all figures: solid is test, dashed is training, dotted is validation.
enum class Stroke { solid, dashed, dotted };
/// The classes of a curve of this stroke and of its sample in a legend, to be followed by the series'
/// colour.
std::string_view curve_style(Stroke stroke);
std::string_view legend_style(Stroke stroke);

/// Number of series with colours of their own; more begin again.
inline constexpr std::size_t series_colors = 8;

/// A colour between pale and deep blue for `share` in [0, 1], and whether text on it must be light.
struct Shade {
  std::string color;
  bool light_text = false;
};
Shade shade(double share);

/// Round numbers from `low` to `high`, about `count` of them; never empty for finite ends.
std::vector<double> ticks(double low, double high, int count);

}  // namespace glia::report
