// SPDX-License-Identifier: MIT
// What is drawn of searches and of classes: numbers are read back from the figures.
#include "catch.hpp"
#include "report/axis_scale.hpp"
#include "report/compare.hpp"
#include "report/confusion.hpp"
#include "report/page.hpp"
#include "report/search_figures.hpp"
#include "study_files.hpp"
#include "temp_folder.hpp"

#include <algorithm>
#include <cmath>
#include <regex>

using namespace glia::report;
namespace results = glia::results;
using Catch::Matchers::Contains;

namespace {

constexpr const char* rate = "head.h.train.learning_rate";

/// Nine points on a logarithmic axis from 1e-4 to 1, the best in the middle on validation and at the
/// end on test; every third was stopped early.
Study made_search() {
  Study study;
  study.sweep = true;
  study.status = "ok";
  study.sampler = "tpe";
  study.objective = "h.validation_accuracy";
  study.axes = {
      {.path = rate, .values = {}, .numeric = true, .sampled = true, .logarithmic = true}};
  for (int i = 0; i < 9; ++i) {
    const std::string value = nlohmann::json(std::pow(10.0, -4 + i / 2.0)).dump();
    study.axes[0].values.push_back(value);
    Trial trial;
    trial.number = i;
    trial.status = i % 3 == 2 ? "pruned" : "ok";
    trial.values = {value};
    results::HeadResult& head = trial.heads["h"];
    head.validation_accuracy = 0.9 - 0.02 * std::abs(i - 4);
    head.test_accuracy = 0.5 + 0.01 * i;
    head.chance = 0.1;
    study.trials.push_back(std::move(trial));
  }
  return study;
}

struct Dot {
  double x, y;
  std::string style, title;
};

std::vector<Dot> circles_of(const std::string& svg) {
  static const std::regex pattern(
      "<circle cx=\"([^\"]*)\" cy=\"([^\"]*)\" r=\"3\" class=\"([^\"]*)\"><title>([^<]*)<");
  std::vector<Dot> all;
  for (std::sregex_iterator at(svg.begin(), svg.end(), pattern), end; at != end; ++at) {
    all.push_back({std::stod((*at)[1]), std::stod((*at)[2]), (*at)[3], (*at)[4]});
  }
  return all;
}

std::string page_of(const Study& study) {
  FigureFiles files([](const std::string& file) { return file; });
  return report_page(study, group_trials(study), "report.csv", files);
}

const PageFigure& figure_of(const std::vector<PageFigure>& figures, const std::string& heading) {
  const auto found = std::find_if(figures.begin(), figures.end(), [&](const PageFigure& figure) {
    return figure.heading.find(heading) != std::string::npos;
  });
  REQUIRE(found != figures.end());
  return *found;
}

Study with_confusion() {
  Study study;
  study.trials.resize(1);
  study.trials[0].status = "ok";
  results::HeadResult& head = study.trials[0].heads["h"];
  head.confusion["test"] = {{8, 2, 0}, {1, 9, 0}, {0, 5, 0}};
  return study;
}

}  // namespace

TEST_CASE("a search is drawn on its logarithmic axis, with what was stopped early") {
  const Study study = made_search();
  REQUIRE(study.is_search());
  const auto judges = judges_of(study);
  REQUIRE(judges.size() == 1);
  const auto figures = search_figures(study, judges[0]);
  auto circles = circles_of(figure_of(figures, "learning_rate: h").svg);
  REQUIRE(circles.size() == 9);
  std::sort(circles.begin(), circles.end(), [](auto& a, auto& b) { return a.x < b.x; });
  for (std::size_t i = 1; i + 1 < circles.size(); ++i) {  // even steps of the logarithm
    CHECK(circles[i].x - circles[i - 1].x == Approx(circles[i + 1].x - circles[i].x).margin(0.02));
  }
  const auto pruned = std::count_if(circles.begin(), circles.end(), [](const Dot& circle) {
    return circle.style == "ring l7" && circle.title.find("stopped early") != std::string::npos;
  });
  CHECK(pruned == 3);
  // Heights are the values: 2 points apart each, whatever the axis shows.
  CHECK(circles[0].y - circles[1].y == Approx(circles[1].y - circles[2].y).margin(0.02));
  CHECK(circles[3].y > circles[4].y);
  CHECK(circles[4].title == "trial 4: 90.00 % at head.h.train.learning_rate = 0.01");
  CHECK(figures[0].of == "validation split, n = 6 points, one run a point");
  CHECK_THAT(figures[0].caption, Contains("3 more were stopped early"));
}

TEST_CASE("the best so far only rises, by validation and among what finished") {
  const Study study = made_search();
  const auto judges = judges_of(study);
  const auto points = judged_points(study, judges[0]);
  REQUIRE(best_of(points, judges[0]));
  CHECK(best_of(points, judges[0])->number == 4);
  const std::string svg = figure_of(search_figures(study, judges[0]), "Best so far").svg;
  std::smatch line;
  REQUIRE(std::regex_search(svg, line, std::regex("<path d=\"(M[^\"]*)\" class=\"mid l1\"")));
  const std::string data = line[1];
  double before = 1e9;
  int steps = 0;
  const std::regex heights("V([0-9.]+)");
  for (std::sregex_iterator at(data.begin(), data.end(), heights), end; at != end; ++at, ++steps) {
    CHECK(std::stod((*at)[1]) <= before);
    before = std::stod((*at)[1]);
  }
  CHECK(steps == 4);  // trials 1, 3 and 4, and on to the end
}

TEST_CASE("parallel coordinates hold a line for every point, and one is the best") {
  const Study study = made_search();
  const std::string svg =
      figure_of(search_figures(study, judges_of(study)[0]), "All settings at once").svg;
  const auto count = [&](const std::string& part) {
    std::size_t found = 0;
    for (auto at = svg.find(part); at != std::string::npos; at = svg.find(part, at + 1)) ++found;
    return found;
  };
  CHECK(count("class=\"strand\"") == 5);
  CHECK(count("class=\"strand thin l7\"") == 3);
  CHECK(count("class=\"mid l1\"><title>trial 4") == 1);
}

TEST_CASE("without a validation split nothing is called the best") {
  Study study = made_search();
  study.objective.clear();
  for (auto& trial : study.trials) trial.heads["h"].validation_accuracy = results::unknown;
  const auto judges = judges_of(study);
  REQUIRE(judges.size() == 1);
  CHECK_FALSE(judges[0].chooses);
  const auto figures = search_figures(study, judges[0]);
  CHECK_THAT(figures[0].caption,
             Contains("test accuracy (%)") && Contains("nothing is called the"));
  CHECK_THAT(figures[0].svg, !Contains("mid l1"));
  CHECK_THAT(page_of(study), Contains("No samples were kept for validation"));
}

TEST_CASE("the numbers of a search's figures are its points") {
  const Study study = made_search();
  const auto figures = search_figures(study, judges_of(study)[0]);
  REQUIRE(figures.size() == 3);
  CHECK_THAT(figures[0].numbers, Contains("trial,validation_accuracy,state,best\n") &&
                                     Contains("\n4,0.9,finished,1\n"));
  CHECK_THAT(figures[1].numbers,
             Contains("trial,head.h.train.learning_rate,validation_accuracy,state,best\n") &&
                 Contains("\n4,0.01,0.9,finished,1\n") && Contains(",stopped early,0\n"));
  CHECK(figures[2].numbers == figures[1].numbers);  // all settings at once: there is one
}

TEST_CASE("the page of a search names split, statistic and n of its best") {
  const Study study = made_search();
  CHECK_THAT(page_of(study),
             Contains("h: validation accuracy 90.00 %, there test accuracy 54.00 %, at "
                      "head.h.train.learning_rate = 0.01 (median, n = 1)") &&
                 Contains(".<wbr>learning_rate</th>") && Contains(">pruned</th>"));
}

TEST_CASE("importances are drawn as they are given") {
  Study study = made_search();
  CHECK(importance_figure(study).empty());
  study.importances = {"a method", {{"a.b", 0.75}, {"c.d", 0.25}}};
  const auto figures = importance_figure(study);
  REQUIRE(figures.size() == 1);
  static const std::regex bars("width=\"([0-9.]+)\" height=\"15\"");
  std::vector<double> widths;
  const std::string& svg = figures[0].svg;
  for (std::sregex_iterator at(svg.begin(), svg.end(), bars), end; at != end; ++at) {
    widths.push_back(std::stod((*at)[1]));
  }
  REQUIRE(widths.size() == 2);
  CHECK(widths[0] / widths[1] == Approx(3).epsilon(0.001));
  CHECK_THAT(svg, Contains(">75.0 %<"));
  CHECK_THAT(figures[0].caption, Contains("a method"));
  CHECK(figures[0].numbers == "setting,share\na.b,0.75\nc.d,0.25\n");
}

TEST_CASE("classes: a picture of who is called what, precision and recall") {
  const Study study = with_confusion();
  const auto all = confusions_of(study);
  REQUIRE(all.size() == 1);
  CHECK(all[0].samples() == 25);
  const HeatMap map = confusion_map(all[0]);
  CHECK(map.cells.at({0, 1}).text == "2");
  CHECK(map.cells.at({0, 1}).share == Approx(0.2));
  CHECK(map.cells.at({2, 1}).title == "2 called 1: 5 of 5");
  CHECK_THAT(numbers_of(all[0]),
             Contains("class,answer,samples\n0,0,8\n0,1,2\n") && Contains("\n2,1,5\n"));
  const HtmlTable table = class_table(all[0]);
  CHECK(table.rows[0] == std::vector<std::string>{"0", "10", "9", "8", "88.89", "80.00"});
  CHECK(table.rows[1] == std::vector<std::string>{"1", "10", "16", "9", "56.25", "90.00"});
  CHECK(table.rows[2] == std::vector<std::string>{"2", "5", "0", "0", "n/a", "0.00"});
  CHECK_THAT(table.caption, Contains("test split, n = 25 samples"));
}

TEST_CASE("of a sweep the classes of its best point are added up, chosen on validation") {
  Study study = made_search();
  for (auto& trial : study.trials) {
    const std::int64_t n = trial.number;
    trial.heads["h"].confusion["test"] = {{n, 1}, {0, 2}};
  }
  auto all = confusions_of(study);
  REQUIRE(all.size() == 1);
  CHECK(all[0].counts[0][0] == 4);
  CHECK_THAT(all[0].of, Contains("the run with the best validation accuracy"));
  study.objective.clear();
  for (auto& trial : study.trials) trial.heads["h"].validation_accuracy = results::unknown;
  all = confusions_of(study);
  CHECK(all[0].counts[0][0] == 0 + 1 + 3 + 4 + 6 + 7);
  CHECK(all[0].of == "sum over all 6 finished runs");
  CHECK(all[0].classes == std::vector<std::string>{"0", "1"});
  study.class_names["h"] = {"shoe", "bag"};
  CHECK(confusions_of(study)[0].classes == std::vector<std::string>{"shoe", "bag"});
  study.class_names["h"] = {"shoe"};  // of other data
  CHECK(confusions_of(study)[0].classes == std::vector<std::string>{"0", "1"});
}

TEST_CASE("heads are shown by what they go by") {
  Study study = made_search();
  study.objective.clear();
  for (auto& trial : study.trials) {
    trial.heads["h"].own_metrics = {{"rank_error", false, "ranks"}};
    trial.heads["h"].chance = results::unknown;
  }
  const auto judges = judges_of(study);
  const auto points = judged_points(study, judges[0]);
  CHECK(best_of(points, judges[0])->number == 0);  // lower is better
  const auto page = page_of(study);
  CHECK_THAT(page, Contains("validation rank error 0.8200 ranks"));
  CHECK_THAT(page, Contains("test rank error (ranks)") && !Contains("accuracy"));
  CHECK_THAT(groups_text(study, group_trials(study), 60), Contains("test rank error (ranks); n ="));
  CHECK_THAT(comparison_text(compare_studies(study, study)),
             Contains("Numbers: validation and test rank error (ranks)") &&
                 Contains("Lower is better.") && Contains("0.5000"));
}

TEST_CASE("axes of numbers: marks are round, shares lie between 0 and 1") {
  const AxisScale scale = AxisScale::numbers(1e-4, 1e-1, true);
  CHECK(scale.share(1e-4) == Approx(0).margin(1e-12));
  CHECK(scale.share(1e-1) == Approx(1));
  CHECK(scale.share(std::sqrt(1e-5)) == Approx(0.5));
  const auto marks = scale.marks(5);
  REQUIRE(marks.size() == 4);
  CHECK(marks[0].second == "0.0001");
  CHECK(marks[3].second == "0.1");
  CHECK(AxisScale::numbers(3, 3).share(3) == Approx(0.5));
  const auto [low, high] = zoomed(97, 99.9, true);
  CHECK(low > 96);
  CHECK(high == 100);
  CHECK(zoomed(98.0, 98.1, true).second - zoomed(98.0, 98.1, true).first == Approx(2));
}
