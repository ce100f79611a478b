// SPDX-License-Identifier: MIT
#include "report/page.hpp"

#include "catch.hpp"
#include "core/text.hpp"
#include "report/html.hpp"
#include "report/run_figure.hpp"
#include "report/summary.hpp"
#include "study_files.hpp"
#include "temp_folder.hpp"

#include <cstdlib>
#include <regex>
#include <vector>

namespace fs = std::filesystem;
using namespace glia::report;
namespace results = glia::results;
using Catch::Matchers::Contains;

namespace {

FigureFiles files_beside() {
  return FigureFiles([](const std::string& file) { return "report.numbers/" + file; });
}

std::string page_of(const fs::path& folder) {
  const Study study = read_study(folder);
  auto files = files_beside();
  return report_page(study, group_trials(study), "report.csv", files);
}

/// Figures, and the links of a page to their numbers: by name, in their order.
std::vector<std::string> links_of(const std::string& page) {
  static const std::regex link("<a href=\"report.numbers/([^\"]*)\">");
  std::vector<std::string> all;
  for (std::sregex_iterator it(page.begin(), page.end(), link), end; it != end; ++it) {
    all.push_back((*it)[1]);
  }
  return all;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

/// Every tag is closed in its turn, tables have cells for their columns, nothing is fetched or run.
bool well_formed(const std::string& page, const fs::path& folder) {
  glia::write_file(folder / "page.html", page);
  glia::write_file(folder / "check.py", R"py(
import sys
from html.parser import HTMLParser
void = {"meta", "wbr"}
class Check(HTMLParser):
    stack, columns, cells = [], 0, 0
    def handle_starttag(self, tag, attributes):
        assert tag not in ("script", "link", "img", "iframe"), tag
        for name, value in attributes:
            leads = tag == "a" and name == "href" and value.startswith("report.numbers/")
            assert leads or not name.startswith("on") and name not in ("src", "href"), name
        if tag not in void: self.stack.append(tag)
        if tag == "table": self.columns = 0
        if tag == "th": self.columns += 1
        if tag == "tr": self.cells = 0
        if tag == "td": self.cells += 1
    def handle_startendtag(self, tag, attributes): pass
    def handle_endtag(self, tag):
        assert self.stack.pop() == tag, tag
        if tag == "tr" and self.cells: assert self.cells == self.columns
check = Check()
check.feed(open(sys.argv[1], encoding="utf-8").read())
assert not check.stack, check.stack
)py");
  const std::string command = std::string(GLIA_PYTHON) + ' ' + (folder / "check.py").string() +
                              ' ' + (folder / "page.html").string();
  return std::system(command.c_str()) == 0;
}

/// Titles of the figures that do not say split, n and statistic.
std::vector<std::string> bare_titles(const std::string& page) {
  const std::regex title("<svg[^>]*>\\s*<title>([^<]*)</title>"),
      full(".* \\([a-z, ]+ splits?, n = [0-9]+ [a-z]+, .+\\)");
  std::vector<std::string> bare;
  for (std::sregex_iterator it(page.begin(), page.end(), title), end; it != end; ++it) {
    if (!std::regex_match((*it)[1].str(), full)) bare.push_back((*it)[1]);
  }
  return bare;
}

}  // namespace

TEST_CASE("the page of a sweep has tables, figures and failures") {
  const TempFolder folder;
  MadeSweep sweep;
  sweep.name = "leak & <b>more</b>";
  sweep.axes = {{"network.m.pattern.leak.sigma", {0.1, 0.2, 0.3}},
                {"head.astrocytes.train.learning_rate", {0.001, 0.004}}};
  sweep.seeds = 10;
  sweep.collapse_every = 7;
  sweep.fail_every = 19;
  const auto page = page_of(make_sweep(folder / "leak-001", sweep));
  CHECK(well_formed(page, folder.path()));
  CHECK_THAT(page, Contains("<h1>leak &amp; &lt;b&gt;more&lt;/b&gt;</h1>") &&
                       Contains("<b>60</b>trials") && Contains("<b>57</b>ok") &&
                       Contains("<b>3</b>failed"));
  CHECK_THAT(page, Contains(">test, 95 % interval of the median</th>") &&
                       Contains(">test, IQR</th>") && Contains("percentile bootstrap") &&
                       Contains("Wilcoxon signed-rank test"));
  CHECK(count(page, "<svg") == 6);  // bars by two axes, two heat maps, curves of two heads
  CHECK(bare_titles(page).empty());
  // The two heads of a run are one run.
  CHECK(count(page, "<p class=\"of\">test split, n = 57 runs, median</p>") == 4);
  CHECK_THAT(page, Contains("Bar: median of the finished runs, collapsed ones included.") &&
                       Contains("interquartile range (first to third quartile)"));
  CHECK_THAT(page, Contains("3 trials have failed.") &&
                       Contains("signal 11 &lt;&amp;&gt; in &#39;latent&#39;") &&
                       Contains("glia run " + (folder / "leak-001/pipeline.toml").string() +
                                " network.m.pattern.leak.sigma=0.1 "
                                "head.astrocytes.train.learning_rate=0.004 pipeline.seed=9"));
  CHECK_THAT(page, Contains("name = &quot;a &amp; b&quot; # &lt;here&gt;"));
}

TEST_CASE("pages of sweeps name both splits, what chooses first") {
  const TempFolder folder;
  MadeSweep sweep;
  sweep.heads = {"price"};
  sweep.axes = {{"network.m.pattern.leak.sigma", {0.1, 0.2, 0.3}},
                {"head.price.train.learning_rate", {0.001, 0.004}}};
  sweep.validated = sweep.values = true;
  const auto page = page_of(make_sweep(folder / "s", sweep));
  CHECK(well_formed(page, folder.path()));
  CHECK(bare_titles(page).empty());
  CHECK(count(page, "<svg") == 8);  // for each split: bars by two axes, a heat map, curves
  CHECK(count(page, "<p class=\"of\">validation split, n = 18 runs, median</p>") == 3);
  CHECK(count(page, "<p class=\"of\">test split, n = 18 runs, median</p>") == 3);
  CHECK(page.find("Validation accuracy within 0.01 by sigma") <
        page.find("Test accuracy within 0.01 by sigma"));
  CHECK_THAT(page, Contains(">validation accuracy within 0.01 (%), median</th>") &&
                       Contains(">test accuracy within 0.01 (%), median</th>") &&
                       Contains(">validation, IQR</th>") && Contains(">test, IQR</th>"));
  CHECK_THAT(page, Contains("What else was measured") && Contains(">validation r2</th>") &&
                       Contains(">test r2</th>"));
  // Of three runs there is no interval of 95 %.
  CHECK_THAT(page, Contains("none below 5 runs"));
}

TEST_CASE("rows of wide tables say in every cell what it is, for narrow windows") {
  const HtmlTable narrow{"few", {"class", "n"}, 1, {{"bag", "3"}}};
  CHECK_THAT(to_html(narrow), !Contains("data-of") && Contains("<td>3</td>"));
  HtmlTable wide = narrow;
  for (int i = 0; i < 8; ++i) {
    wide.columns.push_back("a <b>");
    wide.rows[0].push_back("97.10 to 98.20");
  }
  CHECK_THAT(to_html(wide), Contains("<table class=\"lines\" role=\"table\">") &&
                                Contains("data-of=\"a &lt;b&gt;\">97.10 to 98.20</td>"));
}

TEST_CASE("every figure of a page has its numbers in a file of its own") {
  const TempFolder folder;
  MadeSweep sweep;
  sweep.axes = {{"network.m.pattern.leak.sigma", {0.1, 0.2, 0.3}},
                {"head.astrocytes.train.learning_rate", {0.001, 0.004}}};
  sweep.seeds = 4;
  const Study study = read_study(make_sweep(folder / "leak", sweep));
  const auto groups = group_trials(study);
  auto files = files_beside();
  const auto page = report_page(study, groups, "report.csv", files);
  const auto links = links_of(page);
  CHECK(links.size() == count(page, "<svg"));
  CHECK(links.size() == files.all().size());
  for (const auto& link : links) CHECK(files.all().count(link) == 1);
  // The bars: what the groups of the study say, and a value for every run.
  REQUIRE(links.front().starts_with("test-accuracy-by-"));
  const std::string& text = files.all().at(links.front());
  CHECK(text.starts_with("network.m.pattern.leak.sigma,series,median,n,collapsed,runs\n0.1,"));
  CHECK(count(text, "\n") == 1 + 3 * study.heads().size());
  const auto levels = group_trials(study, {levels_of(study, 0, 24)}, false);
  for (const auto& group : levels) {
    for (const auto& [head, sample] : group.heads) {
      CHECK_THAT(text, Contains(glia::csv_field(group.labels[0]) + ',' + head + ',' +
                                glia::shortest(sample.test.summary.median) + ',' +
                                std::to_string(sample.test.summary.n) + ','));
      for (const double value : sample.test.values)
        CHECK_THAT(text, Contains(glia::shortest(value)));
    }
  }
}

TEST_CASE("names of files of numbers are plain, and none stands for two figures") {
  auto files = files_beside();
  const auto keep = [&](const std::string& heading) {
    files.keep({.heading = heading, .of = {}, .svg = {}, .caption = {}, .numbers = "a\n"});
  };
  keep("Curves: ../a/b");
  keep("curves - a b");
  keep("☃");
  keep(std::string(200, 'x'));
  std::vector<std::string> names;
  for (const auto& [name, text] : files.all()) names.push_back(name);
  CHECK(names == std::vector<std::string>{"curves-a-b-2.csv", "curves-a-b.csv", "figure.csv",
                                          std::string(60, 'x') + ".csv"});
}

TEST_CASE("the page of ten thousand trials stays under two megabytes") {
  const TempFolder folder;
  MadeSweep sweep;
  sweep.epochs = 8;
  sweep.collapse_every = 9;
  sweep.fail_every = 11;
  sweep.seeds = 5;
  MadeAxis rate{"head.astrocytes.train.learning_rate", {}}, word{"network.m.word", {}};
  for (int i = 0; i < 500; ++i) rate.values.push_back(0.0001 * (i + 1));
  for (const char* text : {"a", "b", "c", "d"}) word.values.push_back(text);
  sweep.axes = {rate, word};
  const auto page = page_of(make_sweep(folder / "many", sweep));
  CHECK(count(page, "<svg") >= 4);
  CHECK(page.size() < 2000000);
  CHECK_THAT(page, Contains("<b>10000</b>trials") && Contains("Dots are thinned out evenly") &&
                       Contains("of 4000 lines with the highest medians") &&
                       Contains("The first 100 are shown."));
  CHECK(well_formed(page, folder.path()));
}

TEST_CASE("pages of the smallest sweeps and of unfinished ones") {
  const TempFolder folder;
  MadeSweep sweep;
  sweep.seeds = 1;
  sweep.heads = {"digit"};
  sweep.epochs = 1;
  CHECK(well_formed(page_of(make_sweep(folder / "one", sweep)), folder.path()));
  sweep.fail_every = 1;
  CHECK(well_formed(page_of(make_sweep(folder / "failed", sweep)), folder.path()));
  sweep.seeds = 0;
  CHECK(well_formed(page_of(make_sweep(folder / "none", sweep)), folder.path()));
}

TEST_CASE("the page of a single run") {
  const TempFolder folder;
  results::Results results;
  results.pipeline = "quick";
  results.seed = 3;
  for (const char* id : {"astrocytes", "neurons"}) {
    results::HeadResult& head = results.heads[id];
    head.test_accuracy = 0.75;
    head.test_loss = 0.7;
    head.chance = 0.1;
    head.curve = {{1, 2, 0.5, 2, 1}, {2, 1, 0.75, 1, 1}};
  }
  results.heads["neurons"].collapsed = true;
  results.encoders["latent"].train_loss = {{1, 200}, {2, 150}};
  glia::write_file(folder / "results.json", results::to_json(results));
  const auto page = page_of(folder.path());
  CHECK(well_formed(page, folder.path()));
  CHECK(count(page, "<svg") == 4);  // bars, accuracy, loss, encoder
  CHECK(links_of(page).size() == 4);
  CHECK(bare_titles(page).empty());
  CHECK_THAT(page, Contains("One run with seed 3.") &&
                       Contains("<td role=\"cell\" data-of=\"test accuracy (%)\">75.00</td>") &&
                       Contains("latent"));
  CHECK(count(page, "Thinned out") == 0);
}

TEST_CASE("validation is drawn beside test and training, and dotted") {
  const TempFolder folder;
  results::Results results;
  results::HeadResult& head = results.heads["h"];
  head.test_accuracy = 0.75;
  for (int e = 1; e <= 3; ++e) {
    head.curve.push_back({.epoch = e,
                          .train_loss = 3.0 - e / 2.0,
                          .test_accuracy = 0.25 * e,
                          .test_loss = 3.5 - e / 2.0,
                          .validation_accuracy = 0.2 * e,
                          .validation_loss = 3.25 - e / 2.0});
  }
  glia::write_file(folder / "results.json", results::to_json(results));
  const Study study = read_study(folder.path());
  auto files = files_beside();
  const auto page = report_page(study, group_trials(study), "report.csv", files);
  CHECK(well_formed(page, folder.path()));
  CHECK(bare_titles(page).empty());
  CHECK(count(page, "class=\"curve dotted l0\"") == 4);  // two curves, and in both legends
  CHECK(count(page, "class=\"curve thin l0\"") == 2);
  CHECK_THAT(page, Contains("test, training and validation splits, n = 1 run") &&
                       Contains("solid: test, dashed: training, dotted: validation.") &&
                       Contains("solid: test, dotted: validation."));
  CHECK_THAT(files.all().at("loss.csv"), Contains("\n\"h, validation\",2,2.25,2.25,2.25,1\n"));
  CHECK_THAT(files.all().at("learning-curves.csv"), Contains("\n\"h, validation\",2,0.4,0.4,"));
}

TEST_CASE("a page says where it leaves epochs out") {
  const TempFolder folder;
  results::Results results;
  results::HeadResult& head = results.heads["astrocytes"];
  head.test_accuracy = 0.5;
  head.test_loss = 1;
  for (int epoch = 1; epoch <= 200; ++epoch) head.curve.push_back({epoch, 2, 0.5, 2, 1});
  glia::write_file(folder / "results.json", results::to_json(results));
  const auto page = page_of(folder.path());
  CHECK(count(page, "Thinned out evenly to 60 of 200 epochs.") == 2);  // accuracy and loss
}

TEST_CASE("a policy is trained in generations, and its page says so") {
  const TempFolder folder;
  results::Results results;
  results.pipeline = "driver";
  results::HeadResult& head = results.heads["driver"];
  head.own_metrics = {{.name = "return", .higher_is_better = true, .unit = ""}};
  head.test_accuracy = 9.5;
  head.collapsed = true;
  for (const std::int64_t generation : {1, 2, 3}) {
    head.curve.push_back(
        {.epoch = generation, .train_loss = -9, .validation_accuracy = 3.0 * generation});
  }
  glia::write_file(folder / "results.json", results::to_json(results));
  const auto page = page_of(folder.path());
  CHECK_THAT(page, Contains(">generations</th>") && Contains(">generation</text>") &&
                       Contains("validation split, n = 1 run, the value after each generation") &&
                       !Contains("epoch"));
  CHECK_THAT(page, Contains("negative return over the generations") && !Contains("per sample"));
  CHECK_THAT(run_figure(results, "driver"), Contains(">validation return</text>") &&
                                                !Contains(">test return (") &&
                                                Contains("Final test return"));
  CHECK(bare_titles(page).empty());
  CHECK_THAT(summary(results), Contains("generations") && Contains("always acts alike"));
}
