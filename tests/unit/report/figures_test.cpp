// SPDX-License-Identifier: MIT
#include "report/figures.hpp"

#include "catch.hpp"
#include "core/files.hpp"
#include "core/text.hpp"
#include "report/axis_scale.hpp"
#include "report/run_figure.hpp"
#include "report/svg.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <regex>

namespace fs = std::filesystem;
using namespace glia::report;
namespace results = glia::results;
using Catch::Matchers::Contains;

namespace {

results::Results with_heads(const std::vector<std::string>& names, int epochs) {
  results::Results results;
  for (const auto& name : names) {
    results::HeadResult& head = results.heads[name];
    const double best = 1 - 0.05 * static_cast<double>(results.heads.size());
    for (int e = 1; e <= epochs; ++e) {
      const double gap = std::exp(-e / 5.0);
      head.curve.push_back({e, 0.1 + 2 * gap, best - gap / 2, 0.12 + 2 * gap, 0});
      head.test_accuracy = head.curve.back().test_accuracy;
    }
    head.chance = 0.1;
  }
  return results;
}

/// Every text of an SVG file as an XML parser sees it, a line each; "" if it is not XML.
std::string texts_of(const fs::path& svg) {
  const fs::path out = svg.string() + ".txt";
  const std::string program =
      "import sys, xml.etree.ElementTree as e\n"
      "root = e.parse(sys.argv[1]).getroot()\n"
      "assert root.tag.endswith('svg')\n"
      "texts = (''.join(t.itertext()).strip() for t in root.iter() if t.tag.endswith('}text'))\n"
      "open(sys.argv[2], 'w', encoding='utf-8').write('\\n'.join(texts) + '\\n')\n";
  std::ofstream(svg.string() + ".py") << program;
  const std::string command =
      std::string(GLIA_PYTHON) + ' ' + svg.string() + ".py " + svg.string() + ' ' + out.string();
  return std::system(command.c_str()) == 0 ? glia::read_file(out) : "";
}

std::uint32_t big_endian(const std::string& bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes.at(at + i));
  }
  return value;
}

/// Makes programs be looked for in `folder` alone, for a while.
struct OnlyPath {
  std::string before = std::getenv("PATH");
  explicit OnlyPath(const fs::path& folder) { ::setenv("PATH", folder.c_str(), 1); }
  ~OnlyPath() { ::setenv("PATH", before.c_str(), 1); }
};

glia::Error failure(const fs::path& folder) {
  try {
    draw_figures(with_heads({"a"}, 2), folder, "t");
  } catch (const glia::Error& e) {
    return e;
  }
  return {glia::ErrorCode::internal, "nothing"};
}

}  // namespace

TEST_CASE("figures are drawn for few and many heads and epochs") {
  const std::vector<std::string> all{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
  for (const int heads : {1, 2, 8, 10}) {
    for (const int epochs : {0, 1, 150}) {
      INFO(heads << " heads, " << epochs << " epochs");
      const TempFolder folder;
      auto results = with_heads({all.begin(), all.begin() + heads}, epochs);
      results.heads["a"].collapsed = heads > 1;
      draw_figures(results, folder.path(), "A title");
      const auto png = glia::read_file(folder / "figures/figure.png");
      REQUIRE(png.substr(0, 8) == "\x89PNG\r\n\x1A\n");
      CHECK(big_endian(png, 16) == 1800);
      CHECK(big_endian(png, 20) > 600);
      CHECK(png.size() > 20000);
      const auto texts = texts_of(folder / "figures/figure.svg");
      CHECK_THAT(texts, Contains("A title\n") && Contains("\nclassifier epoch\n") &&
                            Contains("\ntest accuracy (%)\n") && Contains("\nchance\n"));
      CHECK((texts.find("collapsed") != std::string::npos) == (heads > 1));
    }
  }
}

TEST_CASE("the numbers drawn are left as CSV") {
  const TempFolder folder;
  results::Results results;
  results.heads["a,b"].curve = {{1, 2, 0.25, 3, 0}, {2, 1, 0.5, NAN, 0}};
  results.heads["c"].curve = {{1, 2, 0.75, 3, 0}};
  draw_figures(results, folder.path(), "");
  CHECK(glia::read_file(folder / "figures/curves.csv") ==
        "series,epoch,test_accuracy,train_loss,test_loss,head\n"
        "1,1,0.25,2,3,\"a,b\"\n"
        "1,2,0.5,1,,\"a,b\"\n"
        "2,1,0.75,2,3,c\n");
  for (auto& [id, head] : results.heads) head.own_metrics = {{"return", true, ""}};
  CHECK(curves_csv(results).starts_with("series,epoch,test_return,train_loss,test_loss,head\n"));
  results.heads["c"].own_metrics = {{"accuracy", true, "share"}};
  CHECK(curves_csv(results).starts_with("series,epoch,test_objective,train_loss,"));
  CHECK(glia::read_file(folder / "figures/figure.csv") ==
        "series,metric,test,chance,collapsed,samples,head\n"
        "1,accuracy,,,0,,\"a,b\"\n"
        "2,accuracy,,,0,,c\n");
}

TEST_CASE("names and titles are drawn as they stand and never run") {
  const TempFolder folder;
  const std::vector<std::string> names{"\"; system(\"touch x\")",
                                       "'.system('touch x').'",
                                       "`touch x`",
                                       "a_b^c{d}@",
                                       "</text><b>&amp;&#65;",
                                       "%s %d",
                                       "} exit",
                                       "tail \\"};
  const std::string title = "'; system('touch x'); # `touch x` a_b^c{d}@ \\";
  auto results = with_heads(names, 3);
  results.status = "interrupted";
  draw_figures(results, folder.path(), title);
  const auto texts = texts_of(folder / "figures/figure.svg");
  CHECK_THAT(texts, Contains(title + " (interrupted)\n"));
  for (const auto& name : names) CHECK_THAT(texts, Contains('\n' + name + '\n'));
  for (const auto& file : fs::recursive_directory_iterator(folder.path())) {
    CHECK(file.path().filename() != "x");
  }
  // A line break would end the string in the script.
  draw_figures(with_heads({"a\nsystem('touch x')"}, 1), folder.path(), "t\r\nsystem 'touch x'\n");
  CHECK_FALSE(fs::exists(folder / "figures/x"));
  CHECK_THAT(texts_of(folder / "figures/figure.svg"), Contains("a system('touch x')\n"));
}

TEST_CASE("without heads nothing is drawn") {
  const TempFolder folder;
  draw_figures({}, folder.path(), "t");
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("a missing or failing rsvg-convert is an error that says what to do") {
  const TempFolder folder;
  const OnlyPath only(folder.path());
  auto error = failure(folder.path());
  CHECK(error.code() == glia::ErrorCode::io);
  CHECK(error.message() == "cannot draw the figures: rsvg-convert was not found");
  CHECK_THAT(error.hint(), Contains("install librsvg2-bin"));
  CHECK(fs::exists(folder / "figures/figure.svg"));
  CHECK(fs::exists(folder / "figures/curves.csv"));

  std::ofstream(folder / "rsvg-convert") << "#!/bin/sh\necho 'no fonts'; exit 3\n";
  fs::permissions(folder / "rsvg-convert", fs::perms::owner_all);
  error = failure(folder.path());
  CHECK_THAT(error.message(), Contains("rsvg-convert: no fonts"));
  std::ofstream(folder / "file") << "x";
  CHECK_THAT(failure(folder / "file").message(), Contains("cannot make"));
}

namespace {

struct Circle {
  double x, y;
  std::string title;
};

/// The marks of a drawing whose titles begin so.
std::vector<Circle> circles_of(const std::string& svg, const std::string& begin) {
  static const std::regex pattern(
      "<circle cx=\"([^\"]*)\" cy=\"([^\"]*)\"[^>]*><title>([^<]*)</title>");
  std::vector<Circle> all;
  for (std::sregex_iterator at(svg.begin(), svg.end(), pattern), end; at != end; ++at) {
    if (std::string((*at)[3]).starts_with(begin)) {
      all.push_back({std::stod((*at)[1]), std::stod((*at)[2]), (*at)[3]});
    }
  }
  return all;
}

/// y of the drawing is a straight line of the values: what is drawn are the numbers.
void check_heights(const std::vector<Circle>& circles, const std::vector<double>& values) {
  REQUIRE(circles.size() == values.size());
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const auto at_low = static_cast<std::size_t>(low - values.begin());
  const auto at_high = static_cast<std::size_t>(high - values.begin());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double share = (values[i] - *low) / (*high - *low);
    CHECK(circles[i].y ==
          Approx(std::lerp(circles[at_low].y, circles[at_high].y, share)).margin(0.1));
    if (i > 0) CHECK(circles[i].x > circles[i - 1].x);
  }
}

}  // namespace

TEST_CASE("the figure of a run draws its numbers and says what they are of") {
  const TempFolder folder;
  auto results = with_heads({"first", "second"}, 6);
  results.heads["first"].confusion["test"] = {{70, 10}, {20, 100}};
  results.heads["second"].confusion["test"] = {{80, 0}, {20, 100}};
  results.heads["second"].test_accuracy = 0.5;
  draw_figures(results, folder.path(), "clothes");
  const std::string svg = glia::read_file(folder / "figures/figure.svg");
  CHECK_THAT(svg, Contains("test split, n = 200 samples; one run"));
  for (const std::string name : {"first", "second"}) {
    std::vector<double> accuracy, test_loss, train_loss;
    for (const auto& point : results.heads[name].curve) {
      accuracy.push_back(point.test_accuracy);
      test_loss.push_back(point.test_loss);
      train_loss.push_back(point.train_loss);
    }
    check_heights(circles_of(svg, name + ":"), accuracy);
    check_heights(circles_of(svg, name + ", training:"), train_loss);
    check_heights(circles_of(svg, name + ", test:"), test_loss);
  }
  // Bars are as high as their numbers, those of the CSV.
  static const std::regex bar(
      "data-head=\"([^\"]*)\" data-value=\"([^\"]*)\"[^>]*>\n<rect[^>]* height=\"([^\"]*)\"");
  std::vector<std::pair<double, double>> bars;
  for (std::sregex_iterator at(svg.begin(), svg.end(), bar), end; at != end; ++at) {
    bars.emplace_back(std::stod((*at)[2]), std::stod((*at)[3]));
  }
  REQUIRE(bars.size() == 2);
  CHECK(bars[0].first == results.heads["first"].test_accuracy);
  CHECK(bars[1].first == 0.5);
  CHECK(bars[0].second / bars[1].second == Approx(bars[0].first / bars[1].first).epsilon(1e-3));
  CHECK_THAT(glia::read_file(folder / "figures/figure.csv"),
             Contains("2,accuracy,0.5,0.1,0,200,second"));
}

TEST_CASE("where samples were kept for validation its curves are drawn and left as numbers") {
  const TempFolder folder;
  auto results = with_heads({"h"}, 6);
  auto& head = results.heads["h"];
  for (auto& point : head.curve) {
    point.validation_accuracy = point.test_accuracy - 0.01 * static_cast<double>(point.epoch);
    point.validation_loss = point.test_loss + 0.1;
  }
  head.confusion["test"] = {{70, 10}, {20, 100}};
  head.confusion["validation"] = {{20, 10}, {5, 5}};
  draw_figures(results, folder.path(), "clothes");
  const std::string svg = glia::read_file(folder / "figures/figure.svg");
  CHECK_THAT(svg,
             Contains("test split, n = 200 samples; validation split, n = 40 samples; one run") &&
                 Contains("Accuracy (solid: test, dotted: validation)") &&
                 Contains(">accuracy (%)</text>") &&
                 Contains("Loss (solid: test, dashed: training, dotted: validation)"));
  std::vector<double> accuracy, validation, loss;
  for (const auto& point : head.curve) {
    accuracy.push_back(point.test_accuracy);
    validation.push_back(point.validation_accuracy);
    loss.push_back(point.validation_loss);
  }
  check_heights(circles_of(svg, "h:"), accuracy);
  check_heights(circles_of(svg, "h, validation:"), validation);
  check_heights(circles_of(svg, "h, validation loss:"), loss);
  const std::string curves = glia::read_file(folder / "figures/curves.csv");
  CHECK(
      curves.starts_with("series,epoch,test_accuracy,train_loss,test_loss,validation_accuracy,"
                         "validation_loss,head\n"));
  CHECK_THAT(curves,
             Contains(glia::shortest(validation[5]) + ',' + glia::shortest(loss[5]) + ",h\n"));
  // A policy is tested at the end alone: its curves are those of validation, as ever.
  for (auto& point : head.curve) point.test_accuracy = point.test_loss = NAN;
  CHECK(curves_csv(results).starts_with(
      "series,epoch,validation_accuracy,train_loss,validation_loss,head\n"));
}

TEST_CASE("damage is drawn by its median with the number of draws") {
  const TempFolder folder;
  auto results = with_heads({"a"}, 2);
  for (const double level : {0.1, 0.2, 0.4}) {
    results.heads["a"].damage.push_back(
        {"weight_noise", level, {0.9 - level, 0.8 - level, 0.5 - level}});
  }
  draw_figures(results, folder.path(), "clothes");
  const std::string svg = glia::read_file(folder / "figures/damage.svg");
  CHECK_THAT(svg, Contains("test split, n = 3 draws a level; line: median"));
  check_heights(circles_of(svg, "a:"), {70, 60, 40});
  CHECK_THAT(glia::read_file(folder / "figures/damage.csv"), Contains("weight_noise,1,0.1,3,0.7"));
}

TEST_CASE("figures: an axis of any two numbers has an end") {
  const double most = std::numeric_limits<double>::max();
  for (const auto& [low, high] : {std::pair{-most, most},
                                  {0.0, HUGE_VAL},
                                  {1e16, 1e16 + 2},
                                  {1e30, 1e30 * (1 + 3e-16)},
                                  {0.0, 5e-324},
                                  {0.0, most}}) {
    INFO(low << " to " << high);
    CHECK(ticks(low, high, 5).size() <= 12);
  }
  for (const bool logarithmic : {false, true}) {
    CHECK(AxisScale::numbers(1, HUGE_VAL, logarithmic).marks(5).size() <= 12);
    CHECK(AxisScale::numbers(most, most, logarithmic).marks(5).size() <= 12);
  }
  CHECK(ticks(0, 1, 5) == std::vector<double>{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1});
}
