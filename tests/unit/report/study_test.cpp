// SPDX-License-Identifier: MIT
#include "report/study.hpp"

#include "catch.hpp"
#include "core/text.hpp"
#include "report/compare.hpp"
#include "report/groups.hpp"
#include "study_files.hpp"
#include "temp_folder.hpp"

#include <glia/sdk/error.hpp>

namespace fs = std::filesystem;
using namespace glia::report;
using Catch::Matchers::Contains;

namespace {

const std::string sigma = "network.m.pattern.leak.sigma";

std::string complaint(const fs::path& folder, const std::string& text) {
  glia::write_file(folder / "results.json", text);
  try {
    read_study(folder);
  } catch (const glia::Error& e) {
    return e.message();
  }
  return "nothing";
}

ComparedStudies compared(const fs::path& a, const fs::path& b) {
  return compare_studies(read_study(a), read_study(b));
}

}  // namespace

TEST_CASE("a sweep is read and its seeds are grouped") {
  const TempFolder folder;
  MadeSweep sweep;
  sweep.axes = {{sigma, {0.3, 0.1}}, {"network.m.semantics", {"published", "true"}}};
  sweep.collapse_every = 2;
  sweep.fail_every = 12;
  const Study study = read_study(make_sweep(folder / "s-001", sweep));
  CHECK(study.id == "s-001");
  CHECK(study.trials.size() == 12);
  CHECK(study.axes[0].values == std::vector<std::string>{"0.1", "0.3"});
  CHECK(study.axes[1].values == std::vector<std::string>{"published", "true"});
  const auto groups = group_trials(study);
  REQUIRE(groups.size() == 4);
  CHECK(groups[0].labels == std::vector<std::string>{"0.1", "published"});
  CHECK(groups[0].heads.at("astrocytes").test.summary.n == 3);
  CHECK(groups[0].heads.at("astrocytes").test.collapsed == 1);
  CHECK(groups[1].failed == 1);
  CHECK(groups[1].heads.at("neurons").test.summary.n == 2);
  const auto csv = groups_csv(study, groups);
  CHECK(csv.starts_with(sigma + ",network.m.semantics,head,trials,ok,failed,pruned,unfinished,n,"
                                "collapsed,median,median_low_95,median_high_95,mean,q1,q3,iqr,min,"
                                "max,measured,validation_median,validation_q1,validation_q3\n0.1,"
                                "published,astrocytes,3,3,0,0,0,3,1,"));
  CHECK_THAT(groups_text(study, groups, 3), Contains("... and 5 more lines in the CSV"));
}

TEST_CASE("many numbers become bins of equal counts") {
  const TempFolder folder;
  MadeSweep sweep;
  sweep.axes = {{sigma, {}}};
  for (int i = 0; i < 100; ++i) sweep.axes[0].values.push_back(i);
  const Study study = read_study(make_sweep(folder / "s", sweep));
  const Levels levels = levels_of(study, 0, 10);
  CHECK(levels.binned);
  REQUIRE(levels.labels.size() == 10);
  CHECK(levels.labels[1] == "10 to 19");
  for (const auto& group : group_trials(study, {levels})) CHECK(group.ok == 30);
}

TEST_CASE("importances are read with how they were found") {
  const TempFolder folder;
  MadeSweep sweep;
  sweep.axes = {{sigma, {0.1, 0.3}}};
  const auto path = make_sweep(folder / "s-001", sweep);
  auto json = nlohmann::json::parse(glia::read_file(path / "results.json"));
  json["importances"] = {{"objective", "astrocytes.validation_accuracy"},
                         {"points", 40},
                         {"explained", 0.8125},
                         {"axes", {{{"path", sigma}, {"share", 0.75}}}}};
  glia::write_file(path / "results.json", json.dump());
  const Study study = read_study(path);
  REQUIRE(study.importances.shares.size() == 1);
  CHECK(study.importances.shares[0] == std::pair<std::string, double>(sigma, 0.75));
  CHECK_THAT(study.importances.method, Contains("over 40 points, which explains a share of 0.81 of "
                                                "astrocytes.validation_accuracy"));
  json["importances"]["axes"][0]["share"] = "much";
  CHECK_THAT(complaint(path, json.dump()), Contains("importances.axes[0].share"));
}

TEST_CASE("names of classes come from the first trial that says them") {
  const TempFolder folder;
  MadeSweep sweep;
  const auto path = make_sweep(folder / "s", sweep);
  auto json = nlohmann::json::parse(glia::read_file(path / "results.json"));
  CHECK(read_study(path).class_names.empty());
  json["trials"][1]["heads"]["neurons"]["class_names"] = {"bag", "boot"};
  glia::write_file(path / "results.json", json.dump());
  const auto names = read_study(path).class_names;
  CHECK(names == std::map<std::string, std::vector<std::string>>{{"neurons", {"bag", "boot"}}});
  json["trials"][1]["heads"]["neurons"]["class_names"] = {1};
  CHECK_THAT(complaint(path, json.dump()), Contains("class_names[0] should be text"));
}

TEST_CASE("results that are cut off say how they are made again") {
  const TempFolder folder;
  const auto hint = [&] {
    try {
      read_study(folder.path());
    } catch (const glia::Error& e) {
      return e.hint();
    }
    return std::string("none");
  };
  glia::write_file(folder / "results.json", "{\"status\": \"ok\", \"pip");
  CHECK_THAT(hint(), Contains("glia resume RUN"));
  glia::write_file(folder / "sweep.json", "{}");
  CHECK_THAT(hint(), Contains("glia resume SWEEP"));
}

TEST_CASE("results of a sweep that cannot be right are refused with their place") {
  const TempFolder folder;
  const std::string start = R"({"format": "glia-sweep/1", "pipeline": "p", "status": "ok", )";
  CHECK_THAT(complaint(folder.path(), start + R"("axes": [], "trials": [{"trial": 0}]})"),
             Contains("results.json: trials[0] has no \"status\""));
  CHECK_THAT(complaint(folder.path(), start + R"("axes": [], "trials": [3]})"),
             Contains("trials[0] should be an object, but is 3"));
  CHECK_THAT(complaint(folder.path(), start + R"("axes": 1, "trials": []})"),
             Contains("axes should be a list, but is 1"));
  CHECK_THAT(complaint(folder.path(), start + R"("axes": [)"), Contains("not valid JSON"));
  CHECK_THROWS_WITH(read_study(folder / "x"), Contains("holds no results.json"));
  CHECK_THROWS_WITH(find_study("/nowhere/at/all"), Contains("there is no folder /nowhere/at/all"));
}

TEST_CASE("two sweeps are compared at their common values, paired by seed") {
  const TempFolder folder;
  MadeSweep sweep;
  sweep.seeds = 12;
  sweep.axes = {{sigma, {0.1, 0.2, 0.3}}};
  const auto a = make_sweep(folder / "a", sweep);
  sweep.axes = {{sigma, {0.2, 0.3, 0.4}}};
  sweep.shift = 0.01;
  sweep.epochs = 6;
  const auto b = make_sweep(folder / "b", sweep);
  const auto both = compared(a, b);
  REQUIRE(both.heads.size() == 4);
  CHECK(both.heads[0].labels == std::vector<std::string>{"0.2"});
  CHECK(both.heads[0].test.pairs == 12);
  CHECK(both.heads[0].test.difference == Approx(0.01));
  CHECK(both.heads[0].test.interval.low == Approx(0.01));
  CHECK(both.heads[0].test.test.name == "Wilcoxon signed-rank test, exact");
  CHECK(both.heads[0].test.test.p == Approx(2 / std::pow(2.0, 12)));
  REQUIRE(both.settings.size() == 1);
  CHECK(both.settings[0].path == "head.astrocytes.train.epochs");
  CHECK(both.settings[0].b == "6");
  CHECK_THAT(comparison_text(both),
             Contains("12 pairs of equal seed") && Contains("+1.00") && Contains("p = 0.0005"));
  const auto json = nlohmann::json::parse(comparison_json(both));
  CHECK(json["heads"][0]["values"][sigma] == "0.2");
  CHECK(json["heads"][0]["test"] == "Wilcoxon signed-rank test, exact");
}

TEST_CASE("what one study varies and the other fixes is compared at the fixed value") {
  const TempFolder folder;
  MadeSweep sweep;
  sweep.seeds = 5;
  sweep.axes = {{sigma, {0.1, 0.2}}, {"network.m.word", {"x", "y"}}};
  const auto a = make_sweep(folder / "a", sweep);
  sweep.axes = {};
  const auto b = make_sweep(folder / "b", sweep);  // its resolved.toml says sigma = 0.2
  const auto both = compared(a, b);
  REQUIRE(both.heads.size() == 2);
  CHECK(both.heads[0].labels == std::vector<std::string>{"0.2"});
  CHECK(both.heads[0].a->test.summary.n == 10);
  CHECK(both.heads[0].test.pairs == 0);  // pooled: every seed stands twice in a
  CHECK(both.heads[0].test.test.name == "Mann-Whitney U test, exact");
  CHECK(both.pooled == std::vector<std::string>{"network.m.word"});
}

TEST_CASE("settings that differ: values, what one side lacks, whole nodes") {
  const TempFolder folder;
  MadeSweep sweep;
  const auto a = make_sweep(folder / "a", sweep), b = make_sweep(folder / "b", sweep);
  glia::write_file(b / "resolved.toml",
                   "[pipeline]\nname = \"y\"\nseed = 1\n[network.m]\npattern = [\n  { wave = "
                   "\"leak\", sigma = 0.3, size = 3 },\n]\n[encoder.e]\nplugin = \"vae\"\nz = 2\n");
  std::vector<std::string> lines;
  for (const auto& each : compared(a, b).settings) {
    lines.push_back(each.path + " " + each.a + "|" + each.b);
  }
  CHECK(lines == std::vector<std::string>{
                     "network.m.pattern.leak.sigma 0.2|0.3", "head.astrocytes only here|",
                     "network.m.pattern.leak.size |3", "encoder.e |only here"});
}

TEST_CASE("studies that have nothing in common are refused") {
  const TempFolder folder;
  MadeSweep sweep;
  sweep.axes = {{sigma, {0.1}}};
  const auto a = make_sweep(folder / "a", sweep);
  sweep.axes = {{sigma, {0.3}}};
  const auto b = make_sweep(folder / "b", sweep);
  CHECK_THROWS_WITH(compared(a, b), Contains("no finished run at a common value of '" + sigma));
  sweep.heads = {"x", "y"};
  const auto c = make_sweep(folder / "c", sweep);
  CHECK_THROWS_WITH(compared(a, c), Contains("no head of the same name in both"));
  sweep.heads = {"x"};
  const auto d = make_sweep(folder / "d", sweep);
  sweep.heads = {"z"};
  sweep.seeds = 1;
  const auto e = make_sweep(folder / "e", sweep);
  const auto lone = compared(d, e);
  REQUIRE(lone.heads.size() == 1);
  CHECK(lone.heads[0].head_b == "z");
  CHECK_THAT(comparison_text(lone), Contains("x | z") && Contains("no test"));
}

TEST_CASE("below five runs a side there is neither interval nor p, and it is said why") {
  const TempFolder folder;
  MadeSweep sweep;
  sweep.heads = {"x"};
  const auto compare = [&](int seeds) {
    sweep.seeds = seeds;
    sweep.shift = 0;
    const auto a = make_sweep(folder / "a", sweep);
    sweep.shift = 0.01;
    return compared(a, make_sweep(folder / "b", sweep));
  };
  const auto two = compare(2);
  CHECK(two.heads.at(0).test.difference == Approx(0.01));
  CHECK(two.heads.at(0).test.pairs == 2);
  CHECK(std::isnan(two.heads.at(0).test.interval.low));
  CHECK(two.heads.at(0).test.test.name == "no test: 2 pairs");
  CHECK_THAT(comparison_text(two), Contains("+1.00") && Contains("n/a") && !Contains("p = ") &&
                                       Contains("Neither interval nor p below 5 runs a side"));
  const auto json = nlohmann::json::parse(comparison_json(two)).at("heads").at(0);
  CHECK((json.at("p").is_null() && json.at("interval_95").at(0).is_null()));
  const auto five = compare(5);
  CHECK(five.heads.at(0).test.test.p == Approx(0.0625));
  CHECK(five.heads.at(0).test.interval.low == Approx(0.01));
  CHECK_THAT(comparison_text(five), Contains("p = 0.062") && !Contains("Neither"));
}

TEST_CASE("what is compared is named by its split, and test alone chooses nothing") {
  const TempFolder folder;
  MadeSweep sweep;
  sweep.heads = {"x"};
  sweep.seeds = 6;
  const auto plain = make_sweep(folder / "plain", sweep);
  const auto other = make_sweep(folder / "other", sweep);
  sweep.validated = true;
  const auto kept = make_sweep(folder / "kept", sweep);
  sweep.shift = 0.02;
  const auto better = make_sweep(folder / "better", sweep);
  const auto both = comparison_text(compared(kept, better));
  CHECK(both.find("x, validation") < both.find("x, test"));
  CHECK_THAT(both, Contains("Numbers: validation and test accuracy (%)") && !Contains("Not both"));
  const auto json = nlohmann::json::parse(comparison_json(compared(kept, better)));
  const auto& head = json.at("heads").at(0);
  CHECK(head.at("measured") == "test_accuracy");
  CHECK(head.at("a").at("median").get<double>() ==
        Approx(0.05 + head.at("validation").at("a").at("median").get<double>()));
  for (const auto& text :
       {comparison_text(compared(plain, other)), comparison_text(compared(plain, kept))}) {
    CHECK_THAT(text, Contains("x, test") && !Contains("x, validation") &&
                         Contains("Numbers: test accuracy (%)") &&
                         Contains("Not both have figures of validation"));
  }
}

TEST_CASE("a setting has one name, whether it is an axis or differs") {
  const TempFolder folder;
  MadeSweep sweep;
  sweep.axes = {{"network.m.pattern.0.sigma", {0.1, 0.2}}};
  const auto a = make_sweep(folder / "a", sweep);
  sweep.axes = {{sigma, {0.2, 0.3}}};
  const auto b = make_sweep(folder / "b", sweep);
  const auto resolved = [](const std::string& steps) {
    return "[pipeline]\nname = \"x\"\nseed = 1\n[network.m]\npattern = [" + steps +
           "]\n[head.astrocytes]\ntrain = { epochs = 4 }\n";
  };
  glia::write_file(a / "resolved.toml",
                   resolved("{ wave = \"leak\", sigma = 0.2, ends = \"open\" }"));
  glia::write_file(b / "resolved.toml",
                   resolved("{ wave = \"leak\", sigma = 0.3, ends = \"ring\" }"));
  const auto both = compared(a, b);
  CHECK(both.axes == std::vector<std::string>{sigma});
  REQUIRE(both.settings.size() == 1);
  CHECK(both.settings[0].path == "network.m.pattern.leak.ends");
  // Two steps of one name are told by their numbers.
  glia::write_file(a / "resolved.toml", resolved("{ wave = \"leak\", sigma = 0.2 }, { wave = "
                                                 "\"leak\", sigma = 0.4 }"));
  const Settings twice = Settings::read(a);
  CHECK(twice.named("network.m.pattern.1.sigma") == "network.m.pattern.1.sigma");
  CHECK(twice.named("head.astrocytes.train.epochs") == "head.astrocytes.train.epochs");
}

TEST_CASE("tables of sweeps have both splits, and what was measured besides") {
  const TempFolder folder;
  MadeSweep sweep;
  sweep.heads = {"price"};
  sweep.axes = {{sigma, {0.1, 0.2}}};
  sweep.validated = sweep.values = true;
  const Study study = read_study(make_sweep(folder / "s", sweep));
  const auto groups = group_trials(study);
  const auto text = groups_text(study, groups, 60);
  CHECK_THAT(text, Contains("validation median") && Contains("validation IQR") &&
                       Contains("test median") && Contains("test IQR") &&
                       Contains("validation and test accuracy within 0.01 (%); n = "));
  const auto csv = groups_csv(study, groups);
  CHECK_THAT(csv, Contains(",validation_q3,validation_r2_median,test_r2_median\n"));
  const auto line = csv.substr(csv.find('\n') + 1);
  const auto& sample = groups.at(0).heads.at("price");
  CHECK(median_of_metric(sample, "test", "r2") - median_of_metric(sample, "validation", "r2") ==
        Approx(0.25));
  CHECK_THAT(line.substr(0, line.find('\n')),
             Contains(',' + glia::shortest(median_of_metric(sample, "test", "r2"))));
  CHECK(std::isnan(median_of_metric(sample, "test", "no_such")));
}
